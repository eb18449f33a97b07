using System.Runtime.InteropServices;
using PixieOrleans.NodeProbe.Bpf;
using PixieOrleans.NodeProbe.Sockets;

namespace PixieOrleans.NodeProbe.Tls;

/// <summary>Counts of a process' TLS calls; struct pxo_tls_process.</summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_tls_process")]
internal struct TlsProcessCounts
{
    /// <summary>Calls that moved plaintext.</summary>
    public ulong Calls;

    /// <summary>Bytes of it.</summary>
    public ulong Bytes;

    /// <summary>Calls whose connection was not known: their plaintext is lost.</summary>
    public ulong Unlinked;

    /// <summary>TLS objects whose connection was found by the socket call within the TLS call.</summary>
    public ulong Nested;

    /// <summary>TLS objects whose connection was found by their ciphertext.</summary>
    public ulong Cipher;

    /// <summary>Times that an object seemed to belong to a second connection.</summary>
    public ulong Mixed;

    /// <summary>TLS objects that led to their connection themselves.</summary>
    public ulong Direct;

    /// <summary>Goroutines whose next socket call names the connection of a TLS object, at most.</summary>
    public ulong Awaited;

    /// <summary>1: a process of the self-test, in scope whatever the scope is; its calls have no connection.</summary>
    public ulong IsTest;
}

/// <summary>The loaded TLS object, and its probes in files. Used by one thread.</summary>
internal sealed class TlsProbes : IDisposable
{
    private static readonly string[] Maps =
        ["pxo_tls_streams", "pxo_tls_calls", "pxo_tls_processes", "pxo_tls_written"];

    private readonly BpfObject _object;
    private readonly BpfMap<uint, TlsProcessCounts> _processes;

    private TlsProbes(BpfObject loaded)
    {
        _object = loaded;
        _processes = new(loaded.MapFd("pxo_tls_processes"), "pxo_tls_processes");
    }

    /// <summary>Loads the object beside the socket object, whose maps and settings it shares.</summary>
    public static TlsProbes Load(SocketProbe sockets)
    {
        var opened = BpfObject.Open("tls");
        try
        {
            sockets.ShareWith(opened);
            opened.Load();
            return new TlsProbes(opened);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Places probes in a file; they go when the result is disposed. On failure none stays.</summary>
    /// <param name="path">Opens the file now; probes are kept by the file, not by its name.</param>
    /// <param name="probes">What goes where.</param>
    public TlsAttachment Attach(string path, IReadOnlyList<TlsProbe> probes)
    {
        var links = new List<BpfLinkHandle>(probes.Count);
        try
        {
            foreach (var probe in probes)
            {
                var program = _object.Programs.First(p => p.Name == probe.Program);
                links.Add(UserProbes.Attach(program, path, probe.Offset, probe.IsReturnProbe));
            }

            return new TlsAttachment(links);
        }
        catch
        {
            links.ForEach(link => link.Dispose());
            throw;
        }
    }

    /// <summary>Counts of a process; false when it made no TLS call, or has ended.</summary>
    public bool TryRead(uint processId, out TlsProcessCounts counts) => _processes.TryGet(processId, out counts);

    /// <summary>Entries of the maps that the probes keep, per map; each is bounded by its size.</summary>
    public IReadOnlyDictionary<string, int> CountEntries() => Maps.ToDictionary(map => map, _object.CountEntries);

    /// <summary>Looks at a process of the self-test from now on; by any thread.</summary>
    public void BeginTest(uint processId) => _processes.Set(processId, new TlsProcessCounts { IsTest = 1 });

    /// <summary>Forgets a process of the self-test; by any thread.</summary>
    public void EndTest(uint processId) => _processes.Remove(processId);

    /// <summary>Processes that made a TLS call, the latest 8,192.</summary>
    public IReadOnlyList<uint> ReadProcesses()
    {
        var processes = new List<uint>();
        _processes.ReadAll(processes, []);
        return processes;
    }

    /// <inheritdoc/>
    public void Dispose() => _object.Dispose();
}

/// <summary>Probes in one file.</summary>
internal sealed class TlsAttachment(IReadOnlyList<BpfLinkHandle> links) : IDisposable
{
    /// <summary>Number of probes.</summary>
    public int Count => links.Count;

    /// <summary>
    /// Removes the probes at the same time: for each the kernel waits about 0.1 s until no program can be running.
    /// </summary>
    public void Dispose()
    {
        var threads = links.Select(link => new Thread(link.Dispose) { Name = "pxo-tls-detach", IsBackground = true });
        var started = threads.ToList();
        started.ForEach(thread => thread.Start());
        started.ForEach(thread => thread.Join());
    }
}
