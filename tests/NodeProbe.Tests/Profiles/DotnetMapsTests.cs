using System.Globalization;
using System.Runtime.CompilerServices;
using PixieOrleans.NodeProbe.Profiles.Symbols;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Profiles;

/// <summary>The perf map of this process, which runs on .NET itself.</summary>
public sealed class DotnetMapsTests
{
    [Fact]
    public async Task TryAsk_DotnetProcess_WritesTheNamesOfItsFunctions()
    {
        var id = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        using var maps = new DotnetMaps();
        var symbols = new ProcessSymbols((uint)Environment.ProcessId, new ModuleCache(1 << 20), maps);
        var place = PlaceOfCompiledCode();
        try
        {
            symbols.NameOf(place, nowNs: 1); // no name yet: asks
            Assert.True(symbols.IsWaiting);

            await Poll.UntilAsync(
                () => Task.FromResult(PlaceInMap(id) is not null),
                TimeSpan.FromSeconds(60),
                () => "the function in the map",
                TestContext.Current.CancellationToken);

            Assert.True(symbols.TakeMap());
            Assert.Contains($"{nameof(DotnetMapsTests)}::{nameof(Compiled)}(", NameAt(symbols, PlaceInMap(id)!.Value));
            await Poll.UntilAsync(
                () => Task.FromResult(!symbols.TakeMap() && !symbols.IsWaiting),
                TimeSpan.FromSeconds(60),
                () => "the map stops growing",
                TestContext.Current.CancellationToken);
        }
        finally
        {
            File.Delete($"/tmp/perf-{id}.map");
        }
    }

    [Fact]
    public void TryAsk_OtherProcess_IsRefused()
    {
        using var maps = new DotnetMaps();

        Assert.False(maps.TryAsk(1)); // init has no port
    }

    [Fact]
    public void NameOf_ProcessThatHasEnded_IsAnAddress()
    {
        using var maps = new DotnetMaps();
        var symbols = new ProcessSymbols(uint.MaxValue, new ModuleCache(1 << 20), maps);

        Assert.Equal("0x1234"u8, symbols.NameOf(0x1234, nowNs: 1));
        Assert.False(symbols.IsWaiting);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Compiled(int x) => x + 1;

    private static string NameAt(ProcessSymbols symbols, ulong place) =>
        System.Text.Encoding.UTF8.GetString(symbols.NameOf(place, nowNs: 2));

    /// <summary>As the runtime wrote it; null before.</summary>
    private static ulong? PlaceInMap(string id)
    {
        var path = $"/tmp/perf-{id}.map";
        var line = File.Exists(path)
            ? File.ReadLines(path).FirstOrDefault(l => l.Contains($"::{nameof(Compiled)}(", StringComparison.Ordinal))
            : null;
        return line is null
            ? null
            : ulong.Parse(
                line.Split(' ')[0].Replace("0x", "", StringComparison.Ordinal),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture);
    }

    private static ulong PlaceOfCompiledCode()
    {
        var method = typeof(DotnetMapsTests).GetMethod(
            nameof(Compiled), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!;
        RuntimeHelpers.PrepareMethod(method.MethodHandle);
        return (ulong)method.MethodHandle.GetFunctionPointer();
    }
}
