using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Bpf;
using PixieOrleans.NodeProbe.Clock;
using PixieOrleans.NodeProbe.Entities;
using PixieOrleans.NodeProbe.Processes;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.NodeProbe.Sources;

/// <summary>What the sources of one thread share.</summary>
/// <param name="asid">Number of the node's agent.</param>
/// <param name="nodeName">Name of the node.</param>
/// <param name="options">Settings.</param>
/// <param name="store">The tables.</param>
/// <param name="writer">The thread's number as a writer of tables.</param>
/// <param name="clock">The clock.</param>
/// <param name="entities">Who is who.</param>
internal sealed class SourceContext(
    uint asid,
    string nodeName,
    NodeProbeOptions options,
    TableStore store,
    int writer,
    BootClock clock,
    EntityScanner entities)
    : IDisposable
{
    /// <summary>Number of the node's agent: upper bits of every upid.</summary>
    public uint Asid => asid;

    /// <summary>Name of the node.</summary>
    public string NodeName => nodeName;

    /// <summary>Settings.</summary>
    public NodeProbeOptions Options => options;

    /// <summary>The clock.</summary>
    public BootClock Clock => clock;

    /// <summary>Who is who.</summary>
    public EntityScanner Entities => entities;

    /// <summary>What sources could not do for some process, on its way into probe_status.</summary>
    public SourceNotices Notices { get; } = new();

    /// <summary>The processes that run; read once per period for all sources of the thread.</summary>
    public ProcessTable Processes { get; } = new(OpenTasks);

    /// <summary>Writes a table on this thread.</summary>
    public IRowWriter Rows(string table) => store.Writer(table, writer);

    /// <inheritdoc/>
    public void Dispose() => Processes.Dispose();

    private static ITaskReader OpenTasks()
    {
        try
        {
            return TaskIterator.Open();
        }
        catch (Exception e) when (e is BpfException or DllNotFoundException) // slower, but the same rows
        {
            return new ProcFsTasks(e.Message);
        }
    }
}
