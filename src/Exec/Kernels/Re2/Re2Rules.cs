using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Kernels.Re2;

/// <summary>Number of the first rule whose pattern a whole text matches, from 1; 0 when none does.</summary>
internal readonly struct Re2FirstRule(ImmutableArray<Re2Pattern> patterns) : IStringFunction<long>, IDisposable
{
    /// <inheritdoc/>
    public long Apply(ReadOnlySpan<byte> value)
    {
        for (var i = 0; i < patterns.Length; i++)
        {
            if (patterns[i].IsMatch(value))
            {
                return i + 1;
            }
        }

        return 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var pattern in patterns)
        {
            pattern.Dispose();
        }
    }
}

/// <summary>Names of rules, as codes into one dictionary.</summary>
/// <param name="rule">Number of the rule per row, 0 for none.</param>
/// <param name="names">The names, the empty one first.</param>
internal sealed class Re2RulesExpression(FixedExpression<long> rule, ArenaStringColumn names) : StringExpression(rule)
{
    private const int MaxRules = 1000;

    /// <summary>Makes the expression from rules as a JSON object of names and patterns.</summary>
    /// <exception cref="InvalidPlanException">The rules are something else.</exception>
    public static Re2RulesExpression Create(byte[] rules, StringExpression input)
    {
        var patterns = ImmutableArray.CreateBuilder<Re2Pattern>();
        using var names = new StringArena(int.MaxValue);
        names.EndCell();
        foreach (var (name, pattern) in Read(rules))
        {
            names.Append(Encoding.UTF8.GetBytes(name));
            names.EndCell();
            patterns.Add(Re2Pattern.ForWholeText(pattern));
        }

        var first = new StringFunctionExpression<long, Re2FirstRule>(
            input, new Re2FirstRule(patterns.ToImmutable()), DataType.Int64);
        return new Re2RulesExpression(first, names.ToColumn());
    }

    /// <inheritdoc/>
    public override StringColumn Evaluate(RowBatch batch)
    {
        var numbers = rule.Evaluate(batch);
        var codes = GC.AllocateUninitializedArray<int>(numbers.Length);
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = (int)numbers[i];
        }

        return new DictionaryStringColumn(codes, names);
    }

    private static List<(string Name, string Pattern)> Read(byte[] rules)
    {
        try
        {
            using var json = JsonDocument.Parse(rules);
            var read = json.RootElement.EnumerateObject()
                .Select(rule => (rule.Name, rule.Value.GetString() ?? "")).ToList();
            return read.Count <= MaxRules
                ? read
                : throw new InvalidPlanException($"_match_regex_rule: more than {MaxRules} rules.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidPlanException($"_match_regex_rule: the rules are no JSON object of texts: {e.Message}");
        }
    }
}
