using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Bpf;

namespace PixieOrleans.NodeProbe.Sockets;

/// <summary>Whose calls the socket probes look at.</summary>
internal enum SocketScopeKind : uint
{
    /// <summary>All processes.</summary>
    All = 0,

    /// <summary>Processes of a cgroup v2 and what is below it.</summary>
    Cgroup = 1,

    /// <summary>Processes in one network namespace.</summary>
    NetworkNamespace = 2,

    /// <summary>Some processes, and those that they fork from now on.</summary>
    Processes = 3,
}

/// <summary>Settings of the socket probes; fixed once started.</summary>
internal sealed record SocketProbeOptions
{
    /// <summary>Where to hook.</summary>
    public SyscallHooks Hooks { get; init; } = SyscallHooks.Auto;

    /// <summary>Rings, each for one draining thread; at most 64.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>Bytes of each ring; a power of two of at least 64 KiB (a record has up to 16).</summary>
    public int RingBytes { get; init; } = 4 << 20;

    /// <summary>Live connections; about 250 bytes of kernel memory each.</summary>
    public int MaxConnections { get; init; } = 65536;

    /// <summary>Live peers of UDP sockets; about 270 bytes of kernel memory each.</summary>
    public int MaxPeers { get; init; } = 16384;

    /// <summary>
    /// Calls of one syscall under way at once whose returns kprobes see; further ones are missed and counted. About
    /// 100 bytes of kernel memory each, for each of 20 syscalls: 8 MiB by default.
    /// </summary>
    public int MaxPendingCalls { get; init; } = ReturnProbes.MaxCalls;

    /// <summary>Payload bytes sent per call; the rest is a gap. At most 68 pieces of up to 16 KiB.</summary>
    public int MaxCallBytes { get; init; } = 64 << 10;

    /// <summary>As <see cref="MaxCallBytes"/>, for HTTP/2, NATS, AMQP and MQTT.</summary>
    public int MaxBatchCallBytes { get; init; } = 1 << 20;

    /// <summary>Payload bytes sent per connection; 0: no cap.</summary>
    public long MaxConnectionBytes { get; init; }

    /// <summary>Calls of a connection that inference looks at before it gives up.</summary>
    public int InferenceCalls { get; init; } = 8;

    /// <summary>Per protocol, the roles whose payload is sent; absent: none. Unknown: not recognised bytes.</summary>
    public IReadOnlyDictionary<Protocol, Role> Roles { get; init; } =
        new Dictionary<Protocol, Role> { [Protocol.Http] = Role.Server };

    /// <summary>Whose calls are looked at.</summary>
    public SocketScopeKind Scope { get; init; } = SocketScopeKind.All;

    /// <summary>Folder of the cgroup below the cgroup v2 mount, for <see cref="SocketScopeKind.Cgroup"/>.</summary>
    public string ScopeCgroup { get; init; } = string.Empty;

    /// <summary>Inode number (/proc/PID/ns/net), for <see cref="SocketScopeKind.NetworkNamespace"/>.</summary>
    public uint ScopeNetworkNamespace { get; init; }

    /// <summary>Thread group ids, for <see cref="SocketScopeKind.Processes"/>.</summary>
    public IReadOnlyList<int> ScopeProcesses { get; init; } = [];

    /// <summary>Looks out for TLS libraries and finds the connections of their calls, for the TLS object.</summary>
    public bool Tls { get; init; }

    /// <summary>A UDP peer without traffic for this long is closed by a sweep.</summary>
    public TimeSpan PeerIdle { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Throws <see cref="ArgumentException"/> for values that cannot work.</summary>
    internal void Validate()
    {
        Require(Shards is >= 1 and <= 64, nameof(Shards), "1 to 64");
        Require(RingBytes >= 64 << 10 && int.IsPow2(RingBytes), nameof(RingBytes), "a power of two from 65536");
        Require(MaxConnections >= 1, nameof(MaxConnections), "at least 1");
        Require(MaxPeers >= 1, nameof(MaxPeers), "at least 1");
        Require(MaxPendingCalls is >= 1 and <= ReturnProbes.MaxCalls, nameof(MaxPendingCalls), "1 to 4096");
        Require(MaxCallBytes >= 0, nameof(MaxCallBytes), "not negative");
        Require(MaxBatchCallBytes >= 0, nameof(MaxBatchCallBytes), "not negative");
        Require(MaxConnectionBytes >= 0, nameof(MaxConnectionBytes), "not negative");
        Require(InferenceCalls is >= 1 and <= 255, nameof(InferenceCalls), "1 to 255");
    }

    private static void Require(bool holds, string name, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"{name} must be {rule}", name);
        }
    }
}
