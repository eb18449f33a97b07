using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Processes;
using PixieOrleans.NodeProbe.Sources;

namespace PixieOrleans.NodeProbe.Tests.Sources;

/// <summary>A source that writes a row of proc_stat per tick, and fails where it is told to.</summary>
internal sealed class ScriptedSource(SourceContext context) : ISource
{
    private readonly IRowWriter _rows = context.Rows(ProcStatTable.Schema.Name);

    public string? StartError { get; init; }

    public int FaultAtTick { get; init; } = int.MaxValue;

    public int Ticks { get; private set; }

    public bool IsStopped { get; private set; }

    public bool IsDisposed { get; private set; }

    public long Losses => 7;

    public SourceStart Start() => StartError is null
        ? new SourceStart { Note = "scripted" }
        : throw new SourceException(StartError);

    public void Tick(long nowNs)
    {
        if (++Ticks >= FaultAtTick)
        {
            throw new InvalidDataException("a file of a new form");
        }

        _rows.WriteInt64(nowNs);
        _rows.WriteFloat64(1);
        _rows.WriteFloat64(2);
        _rows.WriteFloat64(97);
        _rows.EndRow();
    }

    public void Stop(long nowNs) => IsStopped = true;

    public void Dispose() => IsDisposed = true;
}
