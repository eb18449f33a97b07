using System.Text;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Kernels.Re2;

/// <summary>Every match of a pattern replaced; an error text for a bad pattern or a bad rewrite.</summary>
internal readonly struct Re2Replace(Re2Pattern pattern, byte[] rewrite) : IStringTransform, IDisposable
{
    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<byte> value, StringArena result) => Apply(pattern, value, rewrite, result);

    /// <inheritdoc/>
    public void Dispose() => pattern.Dispose();

    /// <summary>Appends a text with every match replaced.</summary>
    public static void Apply(
        Re2Pattern pattern, ReadOnlySpan<byte> text, ReadOnlySpan<byte> rewrite, StringArena result)
    {
        if (pattern.Error.Length > 0)
        {
            result.Append("Invalid regex expr: "u8);
            result.Append(Encoding.UTF8.GetBytes(pattern.Error));
            return;
        }

        var error = Re2Rewrite.Check(rewrite, pattern.Groups, out var needsGroups);
        if (error.Length > 0)
        {
            result.Append("Invalid regex in substitution string: "u8);
            result.Append(Encoding.UTF8.GetBytes(error));
        }
        else if (needsGroups)
        {
            ReplaceWithGroups(pattern, text, rewrite, result);
        }
        else
        {
            Replace(pattern, text, rewrite, result);
        }
    }

    private static void Replace(
        Re2Pattern pattern, ReadOnlySpan<byte> text, ReadOnlySpan<byte> rewrite, StringArena result)
    {
        var done = 0;
        var end = -1;
        foreach (var match in pattern.EnumerateMatches(text))
        {
            if (IsTaken(text, match.Index, match.Length, end))
            {
                result.Append(text[done..match.Index]);
                done = end = match.Index + match.Length;
                Re2Rewrite.Append(rewrite, text[match.Index..end], text, null, result);
            }
        }

        result.Append(text[done..]);
    }

    private static void ReplaceWithGroups(
        Re2Pattern pattern, ReadOnlySpan<byte> text, ReadOnlySpan<byte> rewrite, StringArena result)
    {
        var done = 0;
        var end = -1;
        for (var match = pattern.FirstMatch(text); match is { Success: true }; match = match.NextMatch())
        {
            if (IsTaken(text, match.Index, match.Length, end))
            {
                result.Append(text[done..match.Index]);
                done = end = match.Index + match.Length;
                Re2Rewrite.Append(rewrite, text[match.Index..end], text, match.Groups, result);
            }
        }

        result.Append(text[done..]);
    }

    // No empty match right behind the one before, and none within a code point.
    private static bool IsTaken(ReadOnlySpan<byte> text, int index, int length, int end) =>
        length > 0 || (index != end && (index == text.Length || (text[index] & 0xC0) != 0x80));
}

/// <summary>Every match of a pattern replaced, by a rewrite per row.</summary>
internal sealed class Re2ReplaceExpression(
    Re2Pattern pattern, StringExpression input, StringExpression rewrite, ExecutionOptions options)
    : StringResultExpression(options, input, rewrite)
{
    /// <inheritdoc/>
    public override void Dispose()
    {
        pattern.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override void Write(RowBatch batch, StringArena arena)
    {
        var (texts, rewrites) = (input.Evaluate(batch), rewrite.Evaluate(batch));
        for (var row = 0; row < batch.Rows; row++)
        {
            Re2Replace.Apply(pattern, texts.GetUtf8(row), rewrites.GetUtf8(row), arena);
            arena.EndCell();
        }
    }
}
