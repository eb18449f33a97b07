using PixieOrleans.NodeProbe.Entities;

namespace PixieOrleans.NodeProbe.Tests.Entities;

/// <summary>Processes as a test writes them.</summary>
internal sealed class FakeProcesses : IProcessReader
{
    public const string HostNet = "net:[1]";

    public Dictionary<uint, ProcessFacts> Running { get; } = [];

    public Dictionary<uint, string[]> Addresses { get; } = [];

    /// <summary>Full reads of processes.</summary>
    public int Reads { get; private set; }

    public void Start(
        uint id,
        string executable,
        string group = "/",
        uint parent = 1,
        ulong ticks = 100,
        string net = HostNet,
        string? commandLine = null)
    {
        var stat = new ProcessStat(id, parent, ticks, executable, false);
        Running[id] = new ProcessFacts(stat, commandLine ?? executable, executable, CgroupPlace.OfPath(group), net);
    }

    public void List(ICollection<uint> processIds)
    {
        foreach (var id in Running.Keys)
        {
            processIds.Add(id);
        }
    }

    public ProcessStat? ReadStat(uint processId) => Running.TryGetValue(processId, out var facts) ? facts.Stat : null;

    public ProcessFacts? Read(uint processId)
    {
        Reads++;
        return Running.GetValueOrDefault(processId);
    }

    public IReadOnlyList<string> ReadAddresses(uint processId) => Addresses.GetValueOrDefault(processId, []);

    public string? ReadContainerName(CgroupPlace place) => place.Runtime == "docker" ? "web" : null;
}
