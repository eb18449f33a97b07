using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Profiles;

/// <summary>A stack of a process in a period.</summary>
/// <param name="Process">The process.</param>
/// <param name="Id">A hash of the text: the same on every node and after every restart; not negative.</param>
/// <param name="Text">The stack, folded.</param>
/// <param name="Samples">Samples, or waits.</param>
/// <param name="WaitUs">Time of the waits, microseconds.</param>
internal readonly record struct StackRow(SampledProcess Process, long Id, byte[] Text, long Samples, long WaitUs);

/// <summary>The stacks of a period, counted by their addresses, and by their text when it ends.</summary>
internal sealed class PeriodStacks(long maxBytes)
{
    private readonly Dictionary<(SampledProcess Process, long Id), StackRow> _rows = [];

    /// <summary>The counts.</summary>
    public StackCounts Counts { get; } = new(maxBytes);

    /// <summary>Names stacks that are new, and again those of processes whose names have changed.</summary>
    public void Name(StackNames names, IEnumerable<SampledProcess> renamed, long nowNs)
    {
        foreach (var process in renamed)
        {
            Counts.Unname(process);
        }

        foreach (var stack in Counts.Unnamed)
        {
            Counts.Name(stack, names.NameOf(stack, nowNs));
        }

        Counts.ClearUnnamed();
    }

    /// <summary>The rows of the period; ends it.</summary>
    public IEnumerable<StackRow> End()
    {
        foreach (var stack in Counts.EndPeriod())
        {
            var id = IdOf(stack.Text);
            ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, (stack.Process, id), out _);
            row = new StackRow(
                stack.Process, id, stack.Text!, row.Samples + stack.Samples, row.WaitUs + stack.WaitUs);
        }

        foreach (var row in _rows.Values)
        {
            yield return row;
        }

        _rows.Clear();
    }

    /// <summary>FNV-1a.</summary>
    private static long IdOf(ReadOnlySpan<byte> text)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var value in text)
        {
            hash = (hash ^ value) * 1_099_511_628_211UL;
        }

        return (long)(hash >> 1);
    }
}
