using System.Text.RegularExpressions;

namespace PixieOrleans.Kernel.Tests.Profiles;

/// <summary>Stacks as texts, root first with semicolons, with their samples.</summary>
internal sealed class SampleTexts(IEnumerable<(string Text, long Samples)> stacks)
{
    private const string KernelMark = "[k] ";

    private readonly List<(string Text, long Samples)> _stacks = [.. stacks.OrderByDescending(s => s.Samples)];

    /// <summary>The texts, most frequent first.</summary>
    public IEnumerable<string> Texts => _stacks.Select(stack => stack.Text);

    /// <summary>Samples of all.</summary>
    public long Count => _stacks.Sum(stack => stack.Samples);

    /// <summary>Share of the samples whose text fits; 0 of none.</summary>
    public double Share(Func<string, bool> fits) =>
        (double)_stacks.Where(stack => fits(stack.Text)).Sum(stack => stack.Samples) / Math.Max(1, Count);

    /// <summary>Shares by a part of the text, greatest first; those without one are left out.</summary>
    public IEnumerable<(string Part, double Share)> ShareBy(Func<string, string?> part) => _stacks
        .GroupBy(stack => part(stack.Text), stack => stack.Samples)
        .Where(group => group.Key is not null)
        .Select(group => (group.Key!, (double)group.Sum() / Math.Max(1, Count)))
        .OrderByDescending(group => group.Item2);

    /// <summary>True of a text that has a part.</summary>
    public static Func<string, bool> Has(string part) => text => text.Contains(part, StringComparison.Ordinal);

    /// <summary>True of a stack with a function, whatever surrounds its name: module, class, arguments.</summary>
    public static Func<string, bool> Calls(string function)
    {
        var name = new Regex($@"(?<!\w){Regex.Escape(function)}(?!\w)", RegexOptions.IgnoreCase);
        return text => name.IsMatch(text);
    }

    /// <summary>The function that ran.</summary>
    public static string Innermost(string text) =>
        text[(text.LastIndexOf(';') + 1)..].Replace(KernelMark, "", StringComparison.Ordinal);

    /// <summary>The most frequent stacks.</summary>
    public override string ToString() => string.Join('\n', _stacks.Take(30).Select(s => $"{s.Samples} {s.Text}"));
}
