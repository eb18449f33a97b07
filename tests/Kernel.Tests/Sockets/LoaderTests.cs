using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.NodeProbe;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols;

namespace PixieOrleans.Kernel.Tests.Sockets;

/// <summary>Choice of hooks, and what is reported when there is none.</summary>
public sealed class LoaderTests
{
    [Fact]
    public void Load_ByDefault_AttachesWhatEverySyscallNeeds()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "loading BPF programs needs root");

        var result = Load(new NodeProbeOptions());

        using var probe = result.Probe;
        Assert.True(probe != null, result.Error);
        Assert.All(
            ["read", "write", "close", "accept4", "connect"],
            name => Assert.Contains(probe.Hooks, h => h.Syscall == name && h.Attached));
        Assert.NotEmpty(probe.Capabilities);
    }

    [Theory]
    [InlineData(SyscallHooks.Kprobe)]
    [InlineData(SyscallHooks.Tracepoint)]
    [InlineData(SyscallHooks.RawTracepoint)]
    public void Load_OfOneKind_AttachesOrSaysWhy(SyscallHooks hooks)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "loading BPF programs needs root");

        var result = Load(new NodeProbeOptions { SyscallHooks = hooks });

        using var probe = result.Probe;
        if (probe == null)
        {
            Assert.Contains("errno", result.Error, StringComparison.Ordinal);
            return;
        }

        var kind = Enum.Parse<HookKind>(hooks.ToString());
        Assert.True(probe.Hooks.Count(h => h.Kind == kind && h.Attached) >= 17);
        Assert.All(probe.Hooks.Where(h => !h.Attached), h => Assert.NotNull(h.Error));
    }

    [Fact]
    public void Load_WithTwoScopes_SaysThatTheyExcludeEachOther()
    {
        var options = new NodeProbeOptions { ScopeCgroup = "x", ScopeNetNamespace = "1" };

        var result = Load(options);

        Assert.Null(result.Probe);
        Assert.Contains("exclude", result.Error, StringComparison.Ordinal);
    }

    // With everything that the product parses: more tests of first bytes for the verifier than of one protocol.
    private static SocketProbeResult Load(NodeProbeOptions options)
    {
        var protocols = new ProtocolRegistry(new HttpOptions(), new FramingOptions()).Definitions;
        return new SocketProbeLoader().Load(options, options.RolesOf(protocols));
    }
}
