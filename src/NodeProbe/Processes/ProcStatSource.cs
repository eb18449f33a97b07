using System.Buffers.Text;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Entities;
using PixieOrleans.NodeProbe.Sources;

namespace PixieOrleans.NodeProbe.Processes;

/// <summary>Source "proc_stat": how the processors of the machine spent the period, from /proc/stat.</summary>
internal sealed class ProcStatSource(SourceContext context) : ISource
{
    private const double Percent = 100;

    private readonly ProcFile _files = new();
    private readonly IRowWriter _rows = context.Rows(ProcStatTable.Schema.Name);
    private Ticks _before;

    /// <summary>The source in the node's list.</summary>
    public static SourceEntry Entry { get; } = new(
        "proc_stat",
        [ProcStatTable.Schema.Name],
        nameof(NodeProbeOptions.ProcStatMs),
        static o => o.ProcStatMs,
        static c => new ProcStatSource(c));

    /// <inheritdoc/>
    public long Losses => 0;

    /// <inheritdoc/>
    public SourceStart Start()
    {
        _before = Parse(_files.Read("/proc/stat\0"u8))
            ?? throw new SourceException("/proc/stat does not begin with a line \"cpu\"; is /proc mounted?");
        return SourceStart.Plain;
    }

    /// <inheritdoc/>
    public void Tick(long nowNs)
    {
        if (Parse(_files.Read("/proc/stat\0"u8)) is not { } now || now.All <= _before.All)
        {
            return; // no time has passed since the last tick
        }

        var all = now.All - _before.All;
        _rows.WriteInt64(nowNs);
        _rows.WriteFloat64(Percent * (now.Kernel - _before.Kernel) / all);
        _rows.WriteFloat64(Percent * (now.User - _before.User) / all);
        _rows.WriteFloat64(Percent * Math.Max(0, now.Idle - _before.Idle) / all);
        _rows.EndRow();
        _before = now;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <summary>
    /// The first line: "cpu user nice system idle iowait irq softirq steal guest guest_nice". Waiting for storage is
    /// idle; guests are in user already.
    /// </summary>
    internal static Ticks? Parse(ReadOnlySpan<byte> stat)
    {
        if (!stat.StartsWith("cpu "u8))
        {
            return null;
        }

        Span<long> ticks = stackalloc long[8];
        var rest = stat["cpu "u8.Length..].TrimStart((byte)' ');
        foreach (ref var tick in ticks)
        {
            if (!Utf8Parser.TryParse(rest, out tick, out var length))
            {
                return null;
            }

            rest = rest[Math.Min(length + 1, rest.Length)..];
        }

        var user = ticks[0] + ticks[1];
        var kernel = ticks[2] + ticks[5] + ticks[6];
        var idle = ticks[3] + ticks[4];
        return new Ticks(user, kernel, idle, user + kernel + idle + ticks[7]);
    }

    /// <summary>Ticks of all processors since boot; stolen ones count in All only.</summary>
    internal readonly record struct Ticks(long User, long Kernel, long Idle, long All);
}
