using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PixieOrleans.NodeProbe;
using PixieOrleans.NodeProbe.Bpf;
using PixieOrleans.NodeProbe.Sockets;

namespace PixieOrleans.Kernel.Tests.Bpf;

/// <summary>The C# mirrors of BPF structs and enums, compared with the BTF of the embedded objects.</summary>
public sealed class LayoutTests
{
    private const string Suffix = ".bpf.o";

    private static readonly Dictionary<string, BtfType> Types = typeof(BpfObject).Assembly
        .GetManifestResourceNames()
        .Where(name => name.EndsWith(Suffix, StringComparison.Ordinal))
        .SelectMany(name => Btf.ReadObject(BpfObject.ReadResource(name[..^Suffix.Length])))
        .DistinctBy(type => type.Key)
        .ToDictionary(type => type.Key, type => type.Value);

    public static TheoryData<string> Mirrors() => [.. MirrorTypes().Select(t => t.FullName!)];

    [Theory]
    [MemberData(nameof(Mirrors))]
    public void Struct_HasSizeAndOffsetsOfTheKernelSide(string name)
    {
        var mirror = typeof(BtfStructAttribute).Assembly.GetType(name)!;
        var type = Types[mirror.GetCustomAttribute<BtfStructAttribute>()!.Name];
        var size = (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(mirror).Invoke(null, null)!;
        var fields = mirror.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

        Assert.Equal(type.SizeBytes, size);
        foreach (var field in fields)
        {
            var offset = (int)Marshal.OffsetOf(mirror, field.Name);
            Assert.True(type.Members.Any(m => m.OffsetBytes == offset), $"{name}.{field.Name} at {offset}");
        }
    }

    [Fact]
    public void Counters_HaveTheNumbersOfTheKernelSide()
    {
        var expected = Types["pxo_counter"].Members
            .Select(m => (string.Concat(m.Name["PXO_".Length..].Split('_')), m.OffsetBytes))
            .Where(m => m.Item1 != "COUNTERS");

        var actual = Enum.GetValues<SocketProbeCounter>().Select(c => (c.ToString().ToUpperInvariant(), (int)c));

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Capabilities_AreTold_WithAReasonWhenMissing()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "probing the kernel needs root");

        var capabilities = KernelFeatures.Probe();

        Assert.All(capabilities, c => Assert.Equal(c.State == CapabilityState.Supported, c.Reason == null));
        Assert.Equal(CapabilityState.Supported, capabilities.Single(c => c.Name == "ringbuf").State);
    }

    /// <summary>The types of all embedded objects; those of the kernel are in several of them, ours in one.</summary>
    private static IEnumerable<Type> MirrorTypes() =>
        typeof(BtfStructAttribute).Assembly.GetTypes().Where(t => t.GetCustomAttribute<BtfStructAttribute>() != null);
}
