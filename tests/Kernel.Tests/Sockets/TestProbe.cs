using System.Globalization;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe;
using PixieOrleans.NodeProbe.Sockets;

namespace PixieOrleans.Kernel.Tests.Sockets;

/// <summary>Starts probes with the hooks that PXO_TEST_HOOKS names (auto, kprobe, tracepoint, rawtracepoint).</summary>
internal static class TestProbe
{
    /// <summary>Payload of every protocol and role crosses.</summary>
    public static IReadOnlyDictionary<Protocol, Role> AllRoles { get; } = new Dictionary<Protocol, Role>
    {
        [Protocol.Unknown] = Role.Client | Role.Server,
        [Protocol.Http] = Role.Client | Role.Server,
    };

    /// <summary>Starts a probe; skips the test when this machine does not let it.</summary>
    public static SocketProbe Start(SocketProbeOptions options)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "loading BPF programs needs root");
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "traced is /usr/bin/python3: apt-get install python3");
        var hooks = Environment.GetEnvironmentVariable("PXO_TEST_HOOKS") ?? nameof(SyscallHooks.Auto);
        return SocketProbe.Start(options with { Hooks = Enum.Parse<SyscallHooks>(hooks, ignoreCase: true) });
    }

    /// <summary>Drains all shards until they are empty.</summary>
    public static EventRecorder DrainAll(this SocketProbe probe)
    {
        var recorder = new EventRecorder();
        for (var shard = 0; shard < probe.Shards; shard++)
        {
            while (probe.Drain(shard, recorder, 1024) > 0)
            {
                // until nothing is left; what the test's processes did is in the ring when they have ended
            }
        }

        return recorder;
    }

    /// <summary>Total of a counter.</summary>
    public static long Total(this SocketProbe probe, SocketProbeCounter counter) =>
        probe.ReadCounters().Single(c => c.Name == counter.Title()).PerCpu.Sum();

    /// <summary>Number of a namespace of a process.</summary>
    public static uint NamespaceOf(int pid) =>
        uint.Parse(
            new FileInfo($"/proc/{pid}/ns/net").LinkTarget!.AsSpan("net:[".Length).TrimEnd(']'),
            CultureInfo.InvariantCulture);
}

/// <summary>A probe that the tests of a class share; loading one takes seconds in a virtual machine.</summary>
public abstract class SharedProbe : IDisposable
{
    private SocketProbe? _probe;

    internal SocketProbe Probe => _probe ??= TestProbe.Start(Options);

    private protected abstract SocketProbeOptions Options { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _probe?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs a script with the probe attached and an empty ring; returns the child and all events.</summary>
    internal (Child Child, EventRecorder Events) Trace(string script)
    {
        Probe.DrainAll();
        var child = Child.Run(script);
        return (child, Probe.DrainAll());
    }
}

/// <summary>Lets all payload through.</summary>
public sealed class OpenProbe : SharedProbe
{
    private protected override SocketProbeOptions Options => new() { Roles = TestProbe.AllRoles, RingBytes = 16 << 20 };
}

/// <summary>As the product starts it.</summary>
public sealed class DefaultProbe : SharedProbe
{
    private protected override SocketProbeOptions Options => new();
}
