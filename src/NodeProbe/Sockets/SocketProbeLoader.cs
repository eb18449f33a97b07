using System.Globalization;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Bpf;

namespace PixieOrleans.NodeProbe.Sockets;

/// <summary>Loads the socket probes into this machine's kernel.</summary>
internal sealed class SocketProbeLoader : ISocketProbeLoader
{
    private const int SmallestRingBytes = 64 << 10; // four of the largest records

    /// <inheritdoc/>
    public SocketProbeResult Load(NodeProbeOptions options, IReadOnlyDictionary<Protocol, Role> roles)
    {
        IReadOnlyList<CapabilityReport> capabilities = [];
        try
        {
            capabilities = KernelFeatures.Probe();
            return new SocketProbeResult(SocketProbe.Start(ToProbe(options, roles), capabilities), null, capabilities);
        }
        catch (Exception e) when (e is BpfException or AggregateException or DllNotFoundException
            or ArgumentException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            var advice = e is DllNotFoundException ? "; install it: apt-get install libbpf1" : string.Empty;
            return new SocketProbeResult(null, e.Message + advice, capabilities);
        }
    }

    private static SocketProbeOptions ToProbe(
        NodeProbeOptions options, IReadOnlyDictionary<Protocol, Role> roles)
    {
        var probe = new SocketProbeOptions
        {
            Hooks = options.SyscallHooks,
            Shards = options.ShardCount,
            RingBytes = Math.Max(SmallestRingBytes, options.DataRingBytes),
            MaxConnections = options.MaxConnections,
            MaxPeers = Math.Max(1024, options.MaxConnections / 4),
            MaxCallBytes = options.MaxCallBytes,
            MaxBatchCallBytes = options.MaxBatchCallBytes,
            MaxConnectionBytes = options.MaxConnectionBytes,
            InferenceCalls = options.InferenceAttempts,
            Tls = options.Tls,
            Roles = roles,
        };
        return WithScope(probe, options);
    }

    private static SocketProbeOptions WithScope(SocketProbeOptions probe, NodeProbeOptions options)
    {
        var scopes = (options.ScopeCgroup != null ? 1 : 0) + (options.ScopeNetNamespace != null ? 1 : 0)
            + (options.ScopePids.Count > 0 ? 1 : 0);
        if (scopes > 1)
        {
            throw new ArgumentException("ScopeCgroup, ScopeNetNamespace and ScopePids exclude each other");
        }

        if (options.ScopeCgroup != null)
        {
            return probe with { Scope = SocketScopeKind.Cgroup, ScopeCgroup = options.ScopeCgroup };
        }

        if (options.ScopeNetNamespace != null)
        {
            var inode = NamespaceInode(options.ScopeNetNamespace);
            return probe with { Scope = SocketScopeKind.NetworkNamespace, ScopeNetworkNamespace = inode };
        }

        return options.ScopePids.Count == 0 ? probe
            : probe with { Scope = SocketScopeKind.Processes, ScopeProcesses = [.. options.ScopePids] };
    }

    /// <summary>A number, or a link such as /proc/PID/ns/net whose target reads "net:[4026531840]".</summary>
    private static uint NamespaceInode(string text)
    {
        if (uint.TryParse(text, CultureInfo.InvariantCulture, out var inode))
        {
            return inode;
        }

        var target = new FileInfo(text).LinkTarget ?? string.Empty;
        var number = target.AsSpan(target.IndexOf('[') + 1).TrimEnd(']');
        return uint.TryParse(number, CultureInfo.InvariantCulture, out inode) ? inode
            : throw new ArgumentException($"ScopeNetNamespace: {text} is neither a number nor a link to a namespace");
    }
}
