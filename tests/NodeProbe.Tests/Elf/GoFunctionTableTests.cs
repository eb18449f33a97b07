using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.NodeProbe.Tls.Families;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Elf;

/// <summary>Functions and build information of programs of the system's Go.</summary>
public sealed class GoFunctionTableTests : IDisposable
{
    private const string Source =
        """
        package main

        import "os"

        //go:noinline
        func first(x []int) int { x[0]++; return second(x) + third(x) }

        //go:noinline
        func second(x []int) int { x[1]++; return third(x) * 2 }

        //go:noinline
        func third(x []int) int { return len(os.Args[x[0]]) }

        func main() { os.Exit(first([]int{1, 2})) }
        """;

    private static readonly string[] Names = ["main.first", "main.second", "main.main"]; // each checks its stack

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("exe", "")]
    [InlineData("pie", "")]
    [InlineData("exe", "-linkmode=external")]
    [InlineData("pie", "-linkmode=external")]
    public async Task Find_StrippedProgram_HasTheAddressesOfItsSymbols(string mode, string flags)
    {
        var expected = ElfSymbols.FindFunctions(await BuildAsync("whole", mode, flags), Names);

        var stripped = await BuildAsync("stripped", mode, $"{flags} -s -w");

        Assert.DoesNotContain(stripped.Sections, section => section.Name == ".symtab");
        var table = GoFunctionTable.Open(stripped);
        Assert.NotNull(table);
        var functions = table.Find(Names);
        var code = GoCode.Open(stripped, table.IsRelative, functions.Values);
        Assert.NotNull(code);
        Assert.Equal(GoAbi.Registers, code.Abi);
        foreach (var name in Names)
        {
            Assert.Equal(expected[name].Address, code.AddressOf(functions[name]));
            Assert.InRange(functions[name].Bytes, expected[name].Bytes, expected[name].Bytes + 31); // with its padding
        }
    }

    [Fact]
    public async Task Find_NameOfNoFunction_IsAbsent()
    {
        var table = GoFunctionTable.Open(await BuildAsync("program", "exe", ""));

        Assert.Empty(table!.Find(["main.fourth", "irst", "main.firs"]));
    }

    [Fact]
    public async Task FindVersion_OfTheSystemsGo_IsWhatItSays()
    {
        var said = await ChildProcess.RunAsync(Programs.Require("go", "golang-go"), ["env", "GOVERSION"], Cancelled);

        var file = await BuildAsync("program", "exe", "");

        Assert.Equal(said.Trim(), GoBuildInfo.FindVersion(file));
    }

    [Fact]
    public async Task Find_HeaderChangedAnywhere_FindsNothingWrongAndDoesNotThrow()
    {
        var whole = await BuildAsync("program", "exe", "");
        var place = (int)whole.FindSection(".gopclntab")!.Value.Offset;
        var image = await File.ReadAllBytesAsync(_folder.File("program"), Cancelled);
        var right = GoFunctionTable.Open(whole)!.Find(Names);

        for (var at = 0; at < 72; at++)
        {
            foreach (var value in new byte[] { 0, 0x7F, 0xFF })
            {
                var changed = (byte[])image.Clone();
                changed[place + at] = value;
                Assert.True(ElfFile.TryParse(ElfBytes.OfMemory(changed), out var file, out var error), error);
                var found = GoFunctionTable.Open(file)?.Find(Names) ?? [];
                Assert.Subset(Names.ToHashSet(), found.Keys.ToHashSet());
            }
        }

        Assert.Equal(Names.Length, right.Count);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<ElfFile> BuildAsync(string name, string mode, string flags)
    {
        var go = Programs.Require("go", "golang-go");
        var source = _folder.Write("main.go", Source);
        var isExternal = flags.Contains("external", StringComparison.Ordinal);
        var env = Programs.Require("env", "coreutils");
        string[] settings = ["GO111MODULE=off", $"CC={(isExternal ? Programs.Require("clang", "clang") : "clang")}"];
        string[] arguments = ["build", $"-buildmode={mode}", $"-ldflags={flags}", "-o", _folder.File(name), source];
        await ChildProcess.RunAsync(env, [.. settings, go, .. arguments], Cancelled);
        Assert.True(ElfFile.TryOpen(_folder.File(name), out var file, out var error), error);
        return file;
    }
}
