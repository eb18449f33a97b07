using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Entities;
using PixieOrleans.NodeProbe.Processes;
using PixieOrleans.NodeProbe.Sources;

namespace PixieOrleans.NodeProbe.Networks;

/// <summary>
/// Source "network_stats": a row per pod and period. A network namespace belongs to the pod of its oldest process, the
/// machine's own to the pod of the machine; should a pod have several, they are summed.
/// </summary>
internal sealed class NetworkStatsSource(SourceContext context) : ISource
{
    private const uint InitProcess = 1;
    private const int MaxNamespaces = 16_384; // further ones are counted as lost
    private const int MaxPathBytes = 64;
    private const int MaxPodBytes = 256; // ids of pods are UUIDs

    private readonly ProcFile _files = new();
    private readonly IRowWriter _rows = context.Rows(NetworkStatsTable.Schema.Name);
    private readonly Dictionary<uint, Place> _places = [];
    private readonly List<uint> _gone = [];
    private readonly Dictionary<string, InterfaceCounts> _pods = new(StringComparer.Ordinal);
    private readonly string _hostPod = EntityNames.IdOf(context.NodeName, EntityNames.Host);
    private uint _host;
    private long _losses;

    /// <summary>The source in the node's list.</summary>
    public static SourceEntry Entry { get; } = new(
        "network_stats",
        [NetworkStatsTable.Schema.Name],
        nameof(NodeProbeOptions.NetworkStatsMs),
        static o => o.NetworkStatsMs,
        static c => new NetworkStatsSource(c));

    /// <inheritdoc/>
    public long Losses => Volatile.Read(ref _losses);

    /// <inheritdoc/>
    public SourceStart Start() => new() { Note = context.Processes.Description };

    /// <inheritdoc/>
    public void Tick(long nowNs)
    {
        var processes = context.Processes;
        processes.Refresh(nowNs);
        _host = HostNamespace(processes);
        foreach (var entry in processes.Running)
        {
            Visit(entry, processes.Pass);
        }

        foreach (var (number, place) in _places)
        {
            if (place.Pass != processes.Pass)
            {
                _gone.Add(number);
            }
            else if (PodOf(number, place) is { Length: > 0 } pod)
            {
                Read(place.Reader, pod, number == _host);
            }
        }

        foreach (var (pod, counts) in _pods)
        {
            Write(pod, counts, nowNs);
        }

        _pods.Clear();

        foreach (var number in _gone)
        {
            _places.Remove(number);
        }

        _gone.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    // Some machines hide their first process: then this one's namespace is taken for the machine's.
    private static uint HostNamespace(ProcessTable processes) =>
        processes.Find(InitProcess) is { Process.NetNamespace: > 0 } init
            ? init.Process.NetNamespace
            : processes.Find((uint)Environment.ProcessId)?.Process.NetNamespace ?? 0;

    // The oldest process reads: it is likely to stay.
    private void Visit(ProcessEntry entry, long pass)
    {
        var number = entry.Process.NetNamespace;
        if (number == 0)
        {
            return;
        }

        if (!_places.TryGetValue(number, out var place))
        {
            if (_places.Count >= MaxNamespaces)
            {
                Volatile.Write(ref _losses, _losses + 1);
                return;
            }

            place = new Place();
            _places.Add(number, place);
        }

        if (place.Pass != pass)
        {
            (place.Pass, place.Reader, place.ReaderTicks) = (pass, entry.Tgid, entry.StartTicks);
        }
        else if (entry.StartTicks < place.ReaderTicks)
        {
            (place.Reader, place.ReaderTicks) = (entry.Tgid, entry.StartTicks);
        }
    }

    /// <summary>Id of the pod; looked up when another process is the oldest, until it is known.</summary>
    private string PodOf(uint number, Place place)
    {
        if (number == _host)
        {
            return _hostPod;
        }

        var upid = new Upid(context.Asid, place.Reader, place.ReaderTicks).ToUInt128();
        if (place.PodOf != upid || place.Pod.Length == 0)
        {
            var entities = context.Entities.Picture.Entities;
            (place.PodOf, place.Pod) = (upid, entities.PodOf(entities.FindProcess(upid))?.Id ?? "");
        }

        return place.Pod;
    }

    private void Read(uint processId, string pod, bool isHost)
    {
        var file = _files.Read(PathOf(stackalloc byte[MaxPathBytes], processId));
        if (!file.IsEmpty) // empty: the process ended a moment ago, another one reads in the next period
        {
            ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(_pods, pod, out _);
            NetDev.Add(ref counts, file, isHost);
        }
    }

    private void Write(string pod, InterfaceCounts counts, long nowNs)
    {
        Span<byte> id = stackalloc byte[MaxPodBytes];
        _rows.WriteInt64(nowNs);
        _rows.WriteString(id[..Encoding.UTF8.GetBytes(pod, id)]);
        foreach (var count in MemoryMarshal.Cast<InterfaceCounts, long>(new ReadOnlySpan<InterfaceCounts>(in counts)))
        {
            _rows.WriteInt64(count); // the fields are in the order of the columns
        }

        _rows.EndRow();
    }

    private static ReadOnlySpan<byte> PathOf(Span<byte> path, uint processId)
    {
        "/proc/"u8.CopyTo(path);
        Utf8Formatter.TryFormat(processId, path["/proc/"u8.Length..], out var digits);
        "/net/dev\0"u8.CopyTo(path[("/proc/"u8.Length + digits)..]);
        return path;
    }

    /// <summary>A network namespace with processes.</summary>
    private sealed class Place
    {
        public long Pass { get; set; }

        public uint Reader { get; set; }

        public ulong ReaderTicks { get; set; }

        public UInt128 PodOf { get; set; }

        public string Pod { get; set; } = "";
    }
}
