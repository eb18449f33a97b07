using System.Text;
using System.Text.RegularExpressions;

namespace PixieOrleans.Exec.Tests.Kernels.Re2;

/// <summary>Random patterns of constructs that RE2 and .NET share, over ASCII: both have to agree.</summary>
public sealed class RandomPatternTests
{
    private const int Patterns = 25;
    private const int TextsPerPattern = 20;

    private static readonly string[] Atoms =
    [
        "a", "b", "c", ".", "[ab]", "[^a]", @"\w", @"\d", @"\s", @"\.", "(a|bc)", "(?:b|ca)", "(a)", @"\b", "^", "-",
        "1",
    ];

    private static readonly string[] Repeats = ["", "", "", "*", "+", "?", "*?", "+?", "{2}", "{1,2}"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void RegexMatch_RandomPatterns_AgreesWithTheRuntime(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < Patterns; i++)
        {
            var pattern = Pattern(random, 0);
            var regex = new Regex($@"\A(?:{pattern})\z", RegexOptions.Singleline | RegexOptions.CultureInvariant);
            string[] texts = [.. Enumerable.Range(0, TextsPerPattern).Select(_ => Text(random))];

            Assert.All(texts, text => Assert.True(
                regex.IsMatch(text).Equals(KernelCalls.CallConstantFirst("regex_match", pattern, text)),
                $"{pattern} on {text}"));
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Replace_RandomPatterns_AgreesWithTheRuntime(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < Patterns; i++)
        {
            var pattern = $"({Pattern(random, 0)})b";
            var regex = new Regex(pattern, RegexOptions.CultureInvariant);
            string[] texts = [.. Enumerable.Range(0, TextsPerPattern).Select(_ => Text(random))];

            Assert.All(texts, text => Assert.Equal(
                $"{pattern} {regex.Replace(text, "<$1|$0>")}",
                $"{pattern} {KernelCalls.CallConstantFirst("replace", pattern, text, @"<\1|\0>")}"));
        }
    }

    private static string Pattern(Random random, int depth)
    {
        var pattern = new StringBuilder();
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var atom = depth < 1 && random.Next(5) == 0
                ? $"({Pattern(random, depth + 1)}|{Pattern(random, depth + 1)})"
                : Atoms[random.Next(Atoms.Length)];
            pattern.Append(atom).Append(atom is "^" or @"\b" ? "" : Repeats[random.Next(Repeats.Length)]);
        }

        return pattern.ToString();
    }

    private static string Text(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => "aabbc.-1 \n"[random.Next(10)]));
}
