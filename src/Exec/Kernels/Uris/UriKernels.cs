using System.Collections.Immutable;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Kernels.Uris;

/// <summary>uri_parse and uri_recompose.</summary>
internal static class UriKernels
{
    /// <summary>Adds the family.</summary>
    public static void Register(KernelTable table)
    {
        table.Add("uri_parse", "S:S", call => new StringTransformExpression<UriParse>(
            (StringExpression)call.Arguments[0], default, call.Options));
        table.Add("uri_recompose", "SSSISSS:S", call => new UriRecomposeExpression(
            [.. call.Arguments.OfType<StringExpression>()],
            call.Arguments.OfType<FixedExpression<long>>().Single(),
            call.Options));
    }
}

/// <summary>URIs out of their parts; an empty part is left out with its separator, port 0 too.</summary>
/// <param name="texts">Scheme, user, host, path, query, fragment.</param>
/// <param name="port">The port; below 0 there is no URI.</param>
/// <param name="options">Bounds.</param>
internal sealed class UriRecomposeExpression(
    ImmutableArray<StringExpression> texts, FixedExpression<long> port, ExecutionOptions options)
    : StringResultExpression(options, [.. texts, port])
{
    /// <inheritdoc/>
    protected override void Write(RowBatch batch, StringArena arena)
    {
        var parts = texts.Select(part => part.Evaluate(batch)).ToArray();
        var ports = port.Evaluate(batch);
        for (var row = 0; row < batch.Rows; row++)
        {
            if (ports[row] < 0)
            {
                arena.Append("Failed to recompose URI"u8);
            }
            else
            {
                Append(parts[0].GetUtf8(row), ":"u8, arena);
                AppendAuthority(parts[1].GetUtf8(row), parts[2].GetUtf8(row), ports[row], arena);
                arena.Append((byte)'/');
                arena.Append(parts[3].GetUtf8(row));
                Append("?"u8, parts[4].GetUtf8(row), arena);
                Append("#"u8, parts[5].GetUtf8(row), arena);
            }

            arena.EndCell();
        }
    }

    // User and port belong to a host, so without one they are left out.
    private static void AppendAuthority(
        ReadOnlySpan<byte> user, ReadOnlySpan<byte> host, long port, StringArena arena)
    {
        if (host.IsEmpty)
        {
            return;
        }

        arena.Append("//"u8);
        Append(user, "@"u8, arena);
        arena.Append(host);
        if (port > 0)
        {
            arena.Append((byte)':');
            Int64TextExpression.Append(port, arena);
        }
    }

    // A part and its separator, in this order or the other; nothing when the part is empty.
    private static void Append(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, StringArena arena)
    {
        if (!first.IsEmpty && !second.IsEmpty)
        {
            arena.Append(first);
            arena.Append(second);
        }
    }
}
