using System.Globalization;
using System.Text;

namespace PixieOrleans.Exec.Tests.Kernels.Json;

/// <summary>Plucks from random objects, written with random spaces and escapes, what was put in.</summary>
public sealed class RandomJsonTests
{
    private const int Objects = 2000;
    private const int MaxDepth = 4;

    private static readonly string[] Texts =
    [
        "", "a", "b", "Host", "x-Host", "{", "}", "[", "]", ",", ":", "\"", "\\", "\\\"", "é", "😀", "\n\t", "\u0001",
        "1", "true",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Pluck_RandomObjects_FindsEveryMember(int seed)
    {
        var random = new Random(seed);
        var json = new List<object>();
        var keys = new List<object>();
        var expected = new List<object>();
        for (var i = 0; i < Objects; i++)
        {
            var members = Enumerable.Range(0, random.Next(6)).Select(_ => (Pick(random), Value(random, 0))).ToList();
            var key = Pick(random);
            json.Add(Write(members, random));
            keys.Add(key);
            expected.Add(members.Where(member => member.Item1 == key).Select(member => Text(member.Item2))
                .FirstOrDefault(""));
        }

        var plucked = KernelCalls.CallRows("pluck", [.. json], [.. keys]);

        for (var i = 0; i < Objects; i++)
        {
            Assert.True(expected[i].Equals(plucked[i]), $"'{keys[i]}' of {json[i]} gave {plucked[i]}");
        }
    }

    [Fact]
    public void PluckArray_RandomArrays_FindsEveryItem()
    {
        var random = new Random(4);
        var json = new List<object>();
        var positions = new List<object>();
        var expected = new List<object>();
        for (var i = 0; i < Objects; i++)
        {
            var items = Enumerable.Range(0, random.Next(6)).Select(_ => Value(random, 0)).ToList();
            var position = random.Next(-1, 7);
            json.Add(Write(items, random));
            positions.Add((long)position);
            expected.Add(position >= 0 && position < items.Count ? Text(items[position]) : "");
        }

        var plucked = KernelCalls.CallRows("pluck_array", [.. json], [.. positions]);

        Assert.Equal(expected, plucked);
    }

    private static string Pick(Random random) => Texts[random.Next(Texts.Length)];

    private static object? Value(Random random, int depth) => random.Next(depth < MaxDepth ? 7 : 5) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => random.NextInt64(-5000, 5000),
        3 or 4 => Pick(random),
        5 => Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth + 1)).ToList(),
        _ => Enumerable.Range(0, random.Next(4)).Select(_ => (Pick(random), Value(random, depth + 1))).ToList(),
    };

    // What pluck yields: a string itself, null as nothing, the rest compact.
    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        _ => Write(value, null),
    };

    // Compact without a source of randomness.
    private static string Write(object? value, Random? random) => Space(random) + value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        string text => Quote(text, random),
        List<object?> items => $"[{string.Join(',', items.Select(item => Write(item, random)))}{Space(random)}]",
        List<(string Name, object? Value)> members =>
            $"{{{string.Join(',', members.Select(member => Write(member, random)))}{Space(random)}}}",
        _ => throw new ArgumentException($"No JSON: {value.GetType()}"),
    } + Space(random);

    private static string Write((string Name, object? Value) member, Random? random) =>
        Space(random) + Quote(member.Name, random) + Space(random) + ":" + Write(member.Value, random);

    private static string Space(Random? random) => random?.Next(4) switch
    {
        0 => " ",
        1 => "\r\n\t",
        _ => "",
    };

    private static string Quote(string text, Random? random)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            quoted.Append(letter switch
            {
                '"' or '\\' => $"\\{letter}",
                '\n' => "\\n",
                '\t' => "\\t",
                < ' ' => $"\\u{(int)letter:X4}",
                _ when random?.Next(8) == 0 && !char.IsSurrogate(letter) => $"\\u{(int)letter:x4}",
                _ => letter.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
