using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Bpf;
using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.NodeProbe.Status;

namespace PixieOrleans.NodeProbe.Tls;

/// <summary>Owns the TLS source and tells of it in probe_status and stirling_error. Of the node's thread.</summary>
internal sealed class TlsReporter : IDisposable
{
    /// <summary>Name in tables.</summary>
    public const string Name = "tls_tracer";

    private const int MaxRows = 64; // per look, about a second; the rest follows
    private const int MaxReported = 32_768; // then all are told again

    private readonly TlsSource? _source; // null: could not start
    private readonly uint _asid;
    private readonly StatusWriter _writer;
    private readonly Dictionary<(uint, ulong, string), (TlsState, TlsProof, string, bool)> _reported = [];
    private bool _faultReported;

    private TlsReporter(TlsSource? source, uint asid, StatusWriter writer) =>
        (_source, _asid, _writer) = (source, asid, writer);

    /// <summary>Processes that use TLS; by any thread.</summary>
    public IReadOnlyList<TlsProcessStatus> Status => _source?.Status ?? [];

    /// <summary>Probes in place; by any thread.</summary>
    public int ProbeCount => _source?.ProbeCount ?? 0;

    /// <summary>Entries per map of the probes; by any thread.</summary>
    public IReadOnlyDictionary<string, int> EntryCounts => _source?.EntryCounts ?? new Dictionary<string, int>();

    /// <summary>CPU time of the look-out, ns; by any thread.</summary>
    public long CpuNs => _source?.CpuNs ?? 0;

    /// <summary>Starts the source; null when it is switched off or the probes are no real ones.</summary>
    public static TlsReporter? Start(
        ISocketProbe probe, NodeProbeOptions options, uint asid, StatusWriter writer, long nowNs)
    {
        if (!options.Tls || probe is not SocketProbe sockets)
        {
            return null;
        }

        try
        {
            var source = TlsSource.Start(sockets, [.. options.TlsExclude], options.TlsSelfTest);
            writer.WriteError(nowNs, Name, StatusCode.Ok, "", "Init");
            return new TlsReporter(source, asid, writer);
        }
        catch (BpfException e) // everything but TLS goes on
        {
            writer.WriteError(nowNs, Name, StatusCode.Unimplemented, e.Message, "Init");
            return new TlsReporter(null, asid, writer);
        }
    }

    /// <summary>Tells what is new.</summary>
    public void Tick(long nowNs)
    {
        if (_source?.Fault is { } fault && !_faultReported)
        {
            _faultReported = true;
            _writer.WriteError(nowNs, Name, StatusCode.Internal, fault.ToString(), "Look");
        }

        if (_reported.Count >= MaxReported)
        {
            _reported.Clear();
        }

        var rows = 0;
        foreach (var status in Status)
        {
            var key = (status.ProcessId, status.StartTicks, status.Library);
            var news = (status.State, status.Proof, status.Method, status.Reason.Length > 0);
            if (rows < MaxRows && _reported.GetValueOrDefault(key) != news)
            {
                _reported[key] = news;
                rows++;
                Write(status, nowNs);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _source?.Dispose();

    private void Write(TlsProcessStatus status, long nowNs)
    {
        var code = (status.State, status.Proof) switch
        {
            (TlsState.Attached, not TlsProof.Blind) => StatusCode.Ok,
            (TlsState.Failed, _) => StatusCode.Internal,
            _ => StatusCode.Unimplemented,
        };
        var info = new Dictionary<string, object>
        {
            ["process"] = status.Name,
            ["library"] = status.Library,
            ["version"] = status.Version,
            ["state"] = status.State.ToString(),
            ["proof"] = status.Proof.ToString(),
            ["method"] = status.Method,
            ["sites"] = status.Sites,
            ["attachMs"] = status.AttachMs,
        };
        var process = new Upid(_asid, status.ProcessId, status.StartTicks);
        _writer.WriteProbe(nowNs, Name, "tls", code, status.Reason, info, process);
    }
}
