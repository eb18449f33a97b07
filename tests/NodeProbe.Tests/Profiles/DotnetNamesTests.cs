using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using PixieOrleans.NodeProbe.Processes;
using PixieOrleans.NodeProbe.Profiles;
using PixieOrleans.NodeProbe.Profiles.Symbols;
using PixieOrleans.NodeProbe.Runtimes;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Profiles;

/// <summary>Names of the methods of this process, which runs on .NET itself.</summary>
public sealed class DotnetNamesTests
{
    private static string Port =>
        Directory.GetFiles("/tmp", $"dotnet-diagnostic-{Environment.ProcessId}-*-socket").First();

    [Fact]
    public async Task TakeMethods_DotnetProcess_NamesWhatItCompiled()
    {
        using var names = new RuntimeMethods(dotnet: true, java: false);
        var symbols = new ProcessSymbols(Own(), new ModuleCache(1 << 20), names);
        var place = PlaceOfCompiled();
        Assert.Contains("0x", NameAt(symbols, place)); // no name yet
        Assert.True(symbols.IsWaiting);

        await SourceUntil(() => symbols.TakeMethods(2, mayAsk: true), "the methods of this process");

        Assert.Equal($"{typeof(DotnetNamesTests).FullName}.{nameof(Compiled)}(int32,System.String)",
            NameAt(symbols, place));
        Assert.False(symbols.IsWaiting);
        Assert.False(File.Exists($"/tmp/perf-{Environment.ProcessId}.map"));
    }

    [Fact]
    public void TakeMethods_NoRoom_DoesNotAsk()
    {
        using var names = new RuntimeMethods(dotnet: true, java: false);
        var symbols = new ProcessSymbols(Own(), new ModuleCache(1 << 20), names);
        NameAt(symbols, PlaceOfCompiled());

        Assert.False(symbols.TakeMethods(2, mayAsk: false));
        Assert.True(symbols.IsWaiting); // still
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TryRead_OwnRuntime_ListsWhatWasCompiledAheadToo(bool isSelected)
    {
        var methods = new Recorder();
        Assert.Equal(2, Compiled(1, "x")); // what never ran has no code

        Assert.True(DotnetMethods.TryRead(
            Port,
            (uint)Environment.ProcessId,
            isSelected ? DotnetMethods.CollectSelected() : DotnetMethods.CollectAll(),
            methods));

        Assert.Contains(methods.Names, name => name.EndsWith(".Compiled(int32,System.String)"));
        Assert.Contains(methods.Names, name => name.StartsWith("System.String.")); // in System.Private.CoreLib
        Assert.Contains(methods.Files, file => file.EndsWith("System.Private.CoreLib.dll"));
    }

    [Fact]
    public void Read_ProcessWithoutPort_SaysSo() => Assert.ThrowsAny<SocketException>(
        () => DotnetMethods.Read("/tmp/no-such-port", (uint)Environment.ProcessId, new Recorder()));

    [Fact]
    public void NameOf_ProcessThatHasEnded_IsAnAddress()
    {
        using var names = new RuntimeMethods(dotnet: true, java: false);
        var symbols = new ProcessSymbols(new SampledProcess(uint.MaxValue, 1), new ModuleCache(1 << 20), names);

        Assert.Equal("0x1234", NameAt(symbols, 0x1234));
        Assert.False(symbols.TakeMethods(2, mayAsk: true));
        Assert.False(symbols.IsWaiting); // it has no port
    }

    [Theory]
    [InlineData("Shop.Cart", "Add", "instance void  (class Shop.Item,valuetype System.Decimal)",
        "Shop.Cart.Add(Shop.Item,System.Decimal)")]
    [InlineData("", "IL_STUB_PInvoke", "int32  (int32)", "IL_STUB_PInvoke(int32)")]
    [InlineData("A`1[System.Int32]", "Sort", "void  (value System.Span`1<!0>)",
        "A`1[System.Int32].Sort(System.Span`1<!0>)")]
    [InlineData("Program+<Main>d__0", "MoveNext", "", "Program+<Main>d__0.MoveNext")]
    public void Of_Method_IsReadable(string type, string name, string signature, string text) =>
        Assert.Equal(text, DotnetNaming.Of(type, name, signature));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Compiled(int x, string y) => x + y.Length;

    private static SampledProcess Own()
    {
        var id = (uint)Environment.ProcessId;
        var startTicks = ProcFiles.StartTicks(id);
        return new SampledProcess(id, startTicks!.Value);
    }

    private static string NameAt(ProcessSymbols symbols, ulong place) =>
        Encoding.UTF8.GetString(symbols.NameOf(place, nowNs: 1));

    private static Task SourceUntil(Func<bool> condition, string what) => Poll.UntilAsync(
        () => Task.FromResult(condition()),
        TimeSpan.FromSeconds(60),
        () => what,
        TestContext.Current.CancellationToken);

    // Of the code itself: a pointer to the function leads to a stub before it.
    private static ulong PlaceOfCompiled()
    {
        var methods = new Recorder();
        Assert.Equal(2, Compiled(1, "x"));
        DotnetMethods.Read(Port, (uint)Environment.ProcessId, methods);
        return methods.Starts[methods.Names.FindIndex(name => name.Contains($".{nameof(Compiled)}("))];
    }

    /// <summary>All names, and the files that code of them is in.</summary>
    private sealed class Recorder : IMethodConsumer
    {
        private readonly List<NodeProbe.Elf.MappedCode> _code = [];

        public Recorder() => NodeProbe.Elf.ProcessMaps.Read((uint)Environment.ProcessId, _code);

        public List<string> Names { get; } = [];

        public List<ulong> Starts { get; } = [];

        public HashSet<string> Files { get; } = [];

        public void OnMethod(
            ulong start, uint bytes, ReadOnlySpan<char> type, ReadOnlySpan<char> name, ReadOnlySpan<char> signature)
        {
            Starts.Add(start);
            Names.Add(DotnetNaming.Of(type, name, signature));
            Files.Add(_code.Find(code => start >= code.Start && start < code.End).Path ?? "");
        }
    }
}
