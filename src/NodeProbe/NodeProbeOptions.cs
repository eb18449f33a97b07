using System.ComponentModel.DataAnnotations;
using System.Numerics;
using Microsoft.Extensions.Options;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.NodeProbe.Sources;

namespace PixieOrleans.NodeProbe;

/// <summary>Settings of the node's probes and tables; section "NodeProbe".</summary>
public sealed class NodeProbeOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "NodeProbe";

    /// <summary>
    /// Sources to start, by name; one whose period is 0 stays off all the same. Empty (default) = all.
    /// </summary>
    public IList<string> Sources { get; } = [];

    /// <summary>Starts no source at all when false. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Ingest threads, each with a ring; 0 = one up to 4 cores, then one per 4 cores. Default 0.</summary>
    [Range(0, 64)]
    public int Shards { get; set; }

    /// <summary>Bytes of each shard's data ring; a power of two, 64 KiB at least. Default 16 MiB.</summary>
    [Range(64 << 10, 1 << 30)]
    public int DataRingBytes { get; set; } = 16 << 20;

    /// <summary>
    /// Milliseconds between drains of a ring under traffic; four times as long when idle. Default 10.
    /// </summary>
    [Range(1, 1000)]
    public int DrainIntervalMs { get; set; } = 10;

    /// <summary>
    /// Nice value of the threads that empty rings: below 0, a loaded machine does not keep them from emptying a ring
    /// in time. Needs CAP_SYS_NICE; without it the threads run at the process' value. Default -10.
    /// </summary>
    [Range(-20, 19)]
    public int ShardNice { get; set; } = -10;

    /// <summary>Programs for the syscalls. Default Auto.</summary>
    public SyscallHooks SyscallHooks { get; set; } = SyscallHooks.Auto;

    /// <summary>
    /// Roles whose payload is parsed: Server, Client, or both ("Client, Server"). Of DNS and MySQL it is both whatever
    /// this says. Default Server.
    /// </summary>
    public Role TracedRoles { get; set; } = Role.Server;

    /// <summary>Protocols that are parsed, such as Http, Pgsql. Empty = all.</summary>
    public IList<Protocol> Protocols { get; } = [];

    /// <summary>Bytes of payload taken of one call; what is beyond shows as a gap. Default 64 KiB.</summary>
    [Range(1024, 4 << 20)]
    public int MaxCallBytes { get; set; } = 64 << 10;

    /// <summary>
    /// As <see cref="MaxCallBytes"/>, for HTTP/2, NATS, AMQP and MQTT: a call may hold thousands of their messages,
    /// which a gap loses, and header fields of HTTP/2 build on those before them. Default 1 MiB.
    /// </summary>
    [Range(1024, 4 << 20)]
    public int MaxBatchCallBytes { get; set; } = 1 << 20;

    /// <summary>Bytes of payload taken of one connection and direction; 0 = no limit. Default 0.</summary>
    [Range(0L, long.MaxValue)]
    public long MaxConnectionBytes { get; set; }

    /// <summary>Calls without a recognised protocol after which a connection costs counters only. Default 8.</summary>
    [Range(1, 255)]
    public int InferenceAttempts { get; set; } = 8;

    /// <summary>Connections tracked at once, in the kernel and in user space each. Default 131,072.</summary>
    [Range(1024, 1 << 22)]
    public int MaxConnections { get; set; } = 131_072;

    /// <summary>Bytes that all sessions may hold in streams and pending frames. Default 64 MiB.</summary>
    [Range(1L << 20, 1L << 36)]
    public long MaxSessionBytes { get; set; } = 64 << 20;

    /// <summary>Seconds without events after which a connection's state is dropped. Default 300.</summary>
    [Range(10, 86_400)]
    public int ConnectionIdleSeconds { get; set; } = 300;

    /// <summary>Seconds between rows of conn_stats. Default 10.</summary>
    [Range(1, 3600)]
    public int ConnStatsIntervalSeconds { get; set; } = 10;

    /// <summary>
    /// Aggregates (process, peer) that conn_stats keeps; further ones are counted, not kept. Default 65,536.
    /// </summary>
    [Range(16, 1 << 22)]
    public int MaxConnStatsEntries { get; set; } = 65_536;

    /// <summary>Samples per second and CPU. Default 99.</summary>
    [Range(1, 999)]
    public int ProfilerHz { get; set; } = 99;

    /// <summary>Milliseconds between looks at new samples; 0 = the profiler is off. Default 1,000.</summary>
    [Range(0, 5_000)]
    public int ProfilerTickMs { get; set; } = 1000;

    /// <summary>Seconds between rows of stack_traces.beta. Default 10.</summary>
    [Range(1, 300)]
    public int ProfilePeriodSeconds { get; set; } = 10;

    /// <summary>
    /// Bytes of sampled stacks that wait to become rows; samples beyond are counted as lost. Default 32 MiB.
    /// </summary>
    [Range(1L << 20, 1L << 34)]
    public long MaxStackBytes { get; set; } = 32 << 20;

    /// <summary>
    /// Bytes of its stack that a sample takes along, to find callers without frame pointers; 0 = by frame pointers
    /// only. Default 16 KiB.
    /// </summary>
    [Range(0, 32 << 10)]
    public int ProfileStackBytes { get; set; } = 16 << 10;

    /// <summary>
    /// Take the stacks with which threads leave their CPUs, and how long they stay away, into off_cpu_stacks. Default
    /// false.
    /// </summary>
    public bool ProfileOffCpu { get; set; }

    /// <summary>Microseconds off the CPU from which on a wait counts. Default 1,000.</summary>
    [Range(0, 60_000_000)]
    public int ProfileOffCpuMinUs { get; set; } = 1000;

    /// <summary>
    /// Bytes of the tables (.eh_frame) by which stacks are unwound; those not used for the longest go first, and one
    /// of more than half is not read. Default 64 MiB.
    /// </summary>
    [Range(1L << 20, 1L << 34)]
    public long MaxUnwindBytes { get; set; } = 64 << 20;

    /// <summary>
    /// Bytes of the symbols of programs and libraries; those not used for the longest go first. As many again for
    /// what runtimes compiled. Default 64 MiB.
    /// </summary>
    [Range(1L << 20, 1L << 34)]
    public long MaxSymbolBytes { get; set; } = 64 << 20;

    /// <summary>
    /// Ask sampled .NET processes (5 or later) for the names of their methods through their diagnostics ports. Default
    /// true.
    /// </summary>
    public bool ProfileDotnetNames { get; set; } = true;

    /// <summary>
    /// Ask sampled Java virtual machines (HotSpot 17 or later) for the names of what they compiled. This is an attach:
    /// the machine starts a listener, and a file is written in its /tmp and deleted. Default false.
    /// </summary>
    public bool ProfileJavaMaps { get; set; }

    /// <summary>Show the functions of Python (3.11 to 3.14) in place of its interpreter. Default true.</summary>
    public bool ProfilePython { get; set; } = true;

    /// <summary>Milliseconds between rows of process_stats; 0 = off. Default 1000.</summary>
    [Range(0, 3_600_000)]
    public int ProcessStatsMs { get; set; } = 1000;

    /// <summary>Milliseconds between rows of network_stats; 0 = off. Default 1000.</summary>
    [Range(0, 3_600_000)]
    public int NetworkStatsMs { get; set; } = 1000;

    /// <summary>Milliseconds between looks for processes that have ended; 0 = off. Default 100.</summary>
    [Range(0, 60_000)]
    public int ProcExitMs { get; set; } = 100;

    /// <summary>Milliseconds between rows of proc_stat; 0 = off. Default 1000.</summary>
    [Range(0, 3_600_000)]
    public int ProcStatMs { get; set; } = 1000;

    /// <summary>Milliseconds between rows of jvm_stats; 0 = off. Default 1000.</summary>
    [Range(0, 3_600_000)]
    public int JvmStatsMs { get; set; } = 1000;

    /// <summary>
    /// Milliseconds between rows of dotnet_stats; 0 = off. Opens a session at the diagnostics port of each process of
    /// .NET. Default 5000.
    /// </summary>
    [Range(0, 3_600_000)]
    public int DotnetStatsMs { get; set; } = 5000;

    /// <summary>Milliseconds between rows of io_uring_users; 0 = off. Default 5000.</summary>
    [Range(0, 3_600_000)]
    public int IoUringMs { get; set; } = 5000;

    /// <summary>
    /// Milliseconds between rows of tcp_stats_events; 0 = off, as it looks at every send and receive. Default 0.
    /// </summary>
    [Range(0, 3_600_000)]
    public int TcpStatsMs { get; set; }

    /// <summary>Seconds between looks for new processes; those with connections are seen at once. Default 5.</summary>
    [Range(1, 3600)]
    public int ProcessScanSeconds { get; set; } = 5;

    /// <summary>Processes that have ended and are still known by name. Default 32,768.</summary>
    [Range(0, 1 << 22)]
    public int MaxEndedProcesses { get; set; } = 32_768;

    /// <summary>Bytes of what is known about processes, running or ended. Default 32 MiB.</summary>
    [Range(1L << 20, 1L << 34)]
    public long MaxProcessBytes { get; set; } = 32 << 20;

    /// <summary>Bytes of all tables of the node. Default 512 MiB.</summary>
    [Range(4L << 20, 1L << 40)]
    public long TableBudgetBytes { get; set; } = 512L << 20;

    /// <summary>
    /// Sees through TLS: places probes in the TLS libraries of all processes. False: handshakes only. Default true.
    /// </summary>
    public bool Tls { get; set; } = true;

    /// <summary>
    /// Programs and libraries that get no probes, by path or by its end ("bin/clickhouse"): a probe changes the code in
    /// memory, which a program that checks its own code does not stand. Empty = none.
    /// </summary>
    public IList<string> TlsExclude { get; } = [];

    /// <summary>
    /// Tries each TLS library of root's once, when it gets its probes: a process as user nobody loads it and makes
    /// known calls, which the probes must see. Default true.
    /// </summary>
    public bool TlsSelfTest { get; set; } = true;

    /// <summary>Path of a cgroup v2 folder: only processes below it are traced. Null = all.</summary>
    public string? ScopeCgroup { get; set; }

    /// <summary>Inode number of a network namespace, or a path such as /proc/PID/ns/net. Null = all.</summary>
    public string? ScopeNetNamespace { get; set; }

    /// <summary>Process ids to trace. Empty = all.</summary>
    public IList<int> ScopePids { get; } = [];

    /// <summary>Per protocol, the roles whose payload is parsed; protocols that are not parsed are absent.</summary>
    internal IReadOnlyDictionary<Protocol, Role> RolesOf(IEnumerable<ProtocolDefinition> protocols) => protocols
        .Where(protocol => Protocols.Count == 0 || Protocols.Contains(protocol.Protocol))
        .ToDictionary(protocol => protocol.Protocol, protocol => TracedRoles | protocol.AlwaysTraced);

    /// <summary>Number of shards after applying the default.</summary>
    internal int ShardCount =>
        Shards > 0 ? Shards : Environment.ProcessorCount <= 4 ? 1 : (Environment.ProcessorCount + 3) / 4;

    /// <summary>Which setting switches a source off; empty when it is on.</summary>
    internal string WhyDisabled(SourceEntry source)
    {
        if (!Enabled)
        {
            return "Disabled by NodeProbe:Enabled.";
        }

        if (Sources.Count > 0 && !Sources.Contains(source.Name))
        {
            return "Disabled by NodeProbe:Sources.";
        }

        return source.PeriodMs(this) == 0 ? $"Disabled by NodeProbe:{source.PeriodSetting} = 0." : "";
    }
}

/// <summary>Checks the ranges of <see cref="NodeProbeOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class NodeProbeOptionsValidator : IValidateOptions<NodeProbeOptions>;

/// <summary>Checks what a range cannot say.</summary>
internal sealed class NodeProbeRulesValidator : IValidateOptions<NodeProbeOptions>
{
    public ValidateOptionsResult Validate(string? name, NodeProbeOptions options)
    {
        if (!int.IsPow2(options.DataRingBytes))
        {
            return ValidateOptionsResult.Fail(
                $"NodeProbe:DataRingBytes {options.DataRingBytes} is not a power of two; "
                + $"{BitOperations.RoundUpToPowerOf2((uint)options.DataRingBytes)} is the next.");
        }

        var scopes = (options.ScopeCgroup is null ? 0 : 1) + (options.ScopeNetNamespace is null ? 0 : 1)
            + (options.ScopePids.Count == 0 ? 0 : 1);
        if (scopes > 1)
        {
            return ValidateOptionsResult.Fail(
                "NodeProbe:ScopeCgroup, NodeProbe:ScopeNetNamespace and NodeProbe:ScopePids exclude each other.");
        }

        var unknown = options.Sources.FirstOrDefault(source => !SourceCatalog.Names.Contains(source));
        return unknown is null
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"NodeProbe:Sources names '{unknown}', which does not exist; there is "
                + $"{string.Join(", ", SourceCatalog.Names)}.");
    }
}
