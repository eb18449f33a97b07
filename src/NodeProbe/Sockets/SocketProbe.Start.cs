using System.Runtime.InteropServices;
using PixieOrleans.NodeProbe.Bpf;

namespace PixieOrleans.NodeProbe.Sockets;

/// <content>Loading and attaching: by trying, variant after variant.</content>
internal sealed partial class SocketProbe
{
    private const string ProcessPrefix = "pxo_process_";
    private const string ForkHook = "pxo_process_fork";
    private const string DemoteProgram = "pxo_demote";

    /// <summary>The syscalls of bpf/socket/handlers.h, by the names of tracepoints and functions.</summary>
    private static readonly string[] Syscalls =
    [
        "read", "write", "close", "readv", "writev", "dup2", "sendfile64", "connect", "accept", "sendto", "recvfrom",
        "sendmsg", "recvmsg", "splice", "accept4", "dup3", "recvmmsg", "sendmmsg", "io_uring_setup", "close_range",
    ];

    private const string MapSyscall = "mmap"; // for news of libraries
    private const int NewsRingBytes = 256 << 10; // 5,000 pieces of news between two looks

    /// <summary>Without these a variant is of no use; others may be missing in an older kernel.</summary>
    private static readonly string[] Essential =
        ["read", "write", "close", "connect", "accept4", "sendto", "recvfrom", "writev"];

    /// <summary>Loads and attaches the probes; throws with what every variant said when none works.</summary>
    internal static SocketProbe Start(
        SocketProbeOptions options, IReadOnlyList<CapabilityReport>? capabilities = null)
    {
        options.Validate();
        var hooks = new List<HookReport>();
        var errors = new List<Exception>();
        foreach (var variant in Variants(options.Hooks))
        {
            try
            {
                return StartVariant(options, variant, hooks, capabilities ?? []);
            }
            catch (BpfException e) // this kernel has not this variant: the next one may do
            {
                hooks.Add(new HookReport("all", variant, Attached: false, e.Message));
                errors.Add(e);
            }
        }

        throw errors.Count == 1 ? errors[0] : new AggregateException("no kind of syscall hook works here", errors);
    }

    private static HookKind[] Variants(SyscallHooks wanted) => wanted switch
    {
        SyscallHooks.RawTracepoint => [HookKind.RawTracepoint],
        SyscallHooks.Tracepoint => [HookKind.Tracepoint],
        SyscallHooks.Kprobe => [HookKind.Kprobe],
        _ => [HookKind.RawTracepoint, HookKind.Tracepoint, HookKind.Kprobe],
    };

    private static string ProgramOf(HookKind variant) => variant switch
    {
        HookKind.RawTracepoint => "pxo_raw",
        HookKind.Tracepoint => "pxo_tracepoint",
        _ => "pxo_kprobe",
    };

    private static SocketProbe StartVariant(
        SocketProbeOptions options,
        HookKind variant,
        List<HookReport> hooks,
        IReadOnlyList<CapabilityReport> capabilities)
    {
        if (variant == HookKind.Tracepoint && TraceFs.Find(out var reason) == null)
        {
            throw BpfException.Of("mount", "tracefs", 2, reason);
        }

        var returns = variant == HookKind.Kprobe ? ReturnProbes.Open(options.MaxPendingCalls) : null;
        var opened = BpfObject.Open("socket");
        var rings = new List<RingReader>();
        try
        {
            SetUp(options, variant, opened);
            opened.Load();
            MakeRings(options, opened, rings);
            var news = options.Tls ? MakeNewsRing(opened, rings) : null;
            FillScope(options, opened);
            AttachAll(options, variant, opened, returns, hooks);
            return new SocketProbe(options, opened, [.. rings.Take(options.Shards)], returns, hooks)
            {
                Capabilities = capabilities,
                _news = news,
            };
        }
        catch
        {
            opened.Dispose(); // a variant that failed leaves nothing attached
            returns?.Dispose();
            rings.ForEach(r => r.Dispose());
            throw;
        }
    }

    private static void SetUp(SocketProbeOptions options, HookKind variant, BpfObject opened)
    {
        opened.SetMaxEntries("pxo_connections", (uint)options.MaxConnections);
        opened.SetMaxEntries("pxo_peers", (uint)options.MaxPeers);
        opened.SelectPrograms(p => IsSelected(p, options, variant));
        WriteSettings(options, opened);
    }

    private static void WriteSettings(SocketProbeOptions options, BpfObject opened)
    {
        var settings = new SocketSettings
        {
            CallBytes = (ulong)options.MaxCallBytes,
            BatchCallBytes = (uint)options.MaxBatchCallBytes,
            ConnectionBytes = (ulong)options.MaxConnectionBytes,
            Scope = options.Scope,
            ScopeNetns = options.ScopeNetworkNamespace,
            OwnTgid = (uint)Environment.ProcessId,
            Shards = (uint)options.Shards,
            Attempts = (uint)options.InferenceCalls,
            Tls = options.Tls ? 1U : 0,
        };
        foreach (var (protocol, roles) in options.Roles)
        {
            settings.Roles[(int)protocol] = (byte)roles;
        }

        MemoryMarshal.Write(opened.ReadOnlyData(), in settings);
    }

    private static bool IsSelected(BpfProgram program, SocketProbeOptions options, HookKind variant) =>
        program.Name == DemoteProgram
        || program.Name == ProgramOf(variant)
        || (program.Name.StartsWith(ProcessPrefix, StringComparison.Ordinal)
            && (program.Name != ForkHook || options.Scope == SocketScopeKind.Processes));

    private static unsafe RingReader MakeNewsRing(BpfObject loaded, List<RingReader> rings)
    {
        var ring = RingReader.Create("pxo_news", NewsRingBytes);
        rings.Add(ring);
        var (zero, fd) = (0U, (uint)ring.Fd);
        var outer = loaded.MapFd("pxo_news_ring");
        BpfException.ThrowIfNegative(LibBpf.Update(outer, &zero, &fd, 0), "bpf_map_update_elem", "pxo_news_ring");
        return ring;
    }

    private static unsafe void MakeRings(SocketProbeOptions options, BpfObject loaded, List<RingReader> rings)
    {
        var outer = loaded.MapFd("pxo_rings");
        for (var shard = 0U; shard < options.Shards; shard++)
        {
            var ring = RingReader.Create($"pxo_ring_{shard}", options.RingBytes);
            rings.Add(ring);
            var fd = (uint)ring.Fd;
            BpfException.ThrowIfNegative(LibBpf.Update(outer, &shard, &fd, 0), "bpf_map_update_elem", "pxo_rings");
        }
    }

    private static void FillScope(SocketProbeOptions options, BpfObject loaded)
    {
        if (options.Scope == SocketScopeKind.Cgroup)
        {
            using var folder = Cgroup.Open(options.ScopeCgroup);
            new BpfMap<uint, int>(loaded.MapFd("pxo_scope_cgroup"), "pxo_scope_cgroup").Set(0, folder.Fd);
        }

        var tgids = new BpfMap<uint, byte>(loaded.MapFd("pxo_scope_tgids"), "pxo_scope_tgids");
        foreach (var tgid in options.ScopeProcesses)
        {
            tgids.Set((uint)tgid, 1);
        }
    }

    private static void AttachAll(
        SocketProbeOptions options,
        HookKind variant,
        BpfObject loaded,
        ReturnProbes? returns,
        List<HookReport> hooks)
    {
        foreach (var program in loaded.Programs)
        {
            if (program.Name.StartsWith(ProcessPrefix, StringComparison.Ordinal)
                && IsSelected(program, options, variant))
            {
                loaded.Attach(program);
                hooks.Add(new HookReport(program.Name["pxo_".Length..], HookKind.RawTracepoint, true, null));
            }
        }

        var handler = loaded.Programs.First(p => p.Name == ProgramOf(variant));
        if (variant == HookKind.RawTracepoint)
        {
            loaded.Attach(handler);
            hooks.AddRange(Syscalls.Select(name => new HookReport(name, variant, true, null)));
            return;
        }

        foreach (var name in options.Tls ? Syscalls.Append(MapSyscall) : Syscalls)
        {
            hooks.Add(AttachSyscall(variant, loaded, returns, handler, name));
        }
    }

    private static HookReport AttachSyscall(
        HookKind variant, BpfObject loaded, ReturnProbes? returns, BpfProgram handler, string name)
    {
        try
        {
            if (returns != null)
            {
                return new HookReport(name, variant, true, returns.Attach(loaded, handler, $"__x64_sys_{name}"));
            }

            loaded.AttachTracepoint(handler, "syscalls", $"sys_exit_{name}");
            return new HookReport(name, variant, true, null);
        }
        catch (BpfException e) when (!Essential.Contains(name))
        {
            return new HookReport(name, variant, false, e.Message); // a syscall that this kernel has not
        }
    }
}
