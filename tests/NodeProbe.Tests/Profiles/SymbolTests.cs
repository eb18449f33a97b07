using System.Text;
using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.NodeProbe.Profiles;
using PixieOrleans.NodeProbe.Profiles.Symbols;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Profiles;

/// <summary>Names of addresses.</summary>
public sealed class SymbolTests
{
    [Theory]
    [InlineData(0x0fff, "")]
    [InlineData(0x1000, "first")]
    [InlineData(0x100f, "first")]
    [InlineData(0x1010, "")] // behind its end: not guessed
    [InlineData(0x2000, "global")] // of two at one address the higher rank
    [InlineData(0x2fff, "global")] // without size: as far as the next
    [InlineData(0x3000, "last")]
    public void Find_Address_IsOfTheFunctionAroundIt(ulong address, string name)
    {
        var table = new FunctionTable.Builder();
        table.Add(0x3000, 0, 0, "last"u8);
        table.Add(0x2000, 0, 0, "local"u8);
        table.Add(0x2000, 0, 1, "global"u8);
        table.Add(0x1000, 16, 0, "first"u8);

        Assert.Equal(name, Encoding.UTF8.GetString(table.Build().Find(address)));
    }

    [Fact]
    public void Parse_Kallsyms_TakesCodeThatIsNotHidden()
    {
        var table = KernelSymbols.Parse(
        [
            "ffffffff81000000 T startup_64",
            "ffffffff81000100 d some_data",
            "ffffffffc0000000 t nf_hook\t[nf_tables]",
            "0000000000000000 T hidden",
        ]);

        Assert.Equal(2, table.Count);
        Assert.Equal("startup_64"u8, table.Find(0xffffffff81000080));
        Assert.Equal("nf_hook"u8, table.Find(0xffffffffc0000004));
    }

    [Fact]
    public void Parse_PerfMap_LastLineOfAnAddressWins()
    {
        var (table, leftOut) = PerfMapFile.Parse(TextOf(
            "7f0000001000 20 void [app] Program::Main(string[])\n"
            + "not a line\n"
            + "0x7f0000001000 40 void [app] Program::Recompiled()\n"
            + "7f0000002000 10 last"));

        Assert.Equal("void [app] Program::Recompiled()"u8, table.Find(0x7f0000001030));
        Assert.Equal("last"u8, table.Find(0x7f0000002000));
        Assert.Equal((2, 0), (table.Count, leftOut));
    }

    [Fact]
    public void Parse_PerfMapBeyondItsBounds_CountsWhatItLeavesOut()
    {
        var lines = string.Concat(Enumerable.Range(1, 60).Select(i => $"{i}000 10 f\n")); // 26 bytes kept of each
        var line = $"1000 10 {new string('x', 200_000)}\n2000 10 next\n";

        var (few, leftOut) = PerfMapFile.Parse(TextOf(lines), maxBytes: 1040);
        var (cut, behind) = PerfMapFile.Parse(TextOf(lines), maxBytes: 500);
        var (next, tooLong) = PerfMapFile.Parse(TextOf(line));

        Assert.Equal((40, 20), (few.Count, leftOut));
        Assert.True(cut.Count is > 0 and < 40);
        Assert.InRange(behind, 1, 40);
        Assert.Equal((1, 1), (next.Count, tooLong));
        Assert.Equal("next"u8, next.Find(0x2000));
    }

    [Fact]
    public void Read_PerfMapThatIsALink_IsRefused()
    {
        using var folder = new TempFolder();
        var (file, link) = (folder.Write("file", "1000 10 f\n"), folder.File("link"));
        File.CreateSymbolicLink(link, file);

        Assert.Equal(1, PerfMapFile.Read(file).Functions.Count);
        Assert.Throws<IOException>(() => PerfMapFile.Read(link));
    }

    [Theory]
    [InlineData("_ZN4demo3Hot3runEi", "demo::Hot::run(int)")]
    [InlineData("_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE", "core::fmt::Write::write_fmt")]
    [InlineData("plain_c", null)]
    [InlineData("_Zbroken", null)]
    public void TryDemangle_Name_IsReadable(string name, string? readable)
    {
        Assert.Equal(readable is not null, Demangler.TryDemangle(Encoding.UTF8.GetBytes(name), out var text));
        Assert.Equal(readable, text);
    }

    [Fact]
    public void Read_LibraryOfTheSystem_NamesItsExportedFunctions()
    {
        var maps = new List<MappedCode>();
        Assert.True(ProcessMaps.Read((uint)Environment.ProcessId, maps));
        var library = maps.First(code => code.Path.Contains("/libc.so", StringComparison.Ordinal));
        Assert.True(ElfFile.TryOpen(library.Path, out var file, out var error), error);
        using var opened = file;

        var symbols = ModuleSymbols.Read(opened);

        var malloc = ElfSymbols.FindFunctions(opened, ["malloc"])["malloc"];
        Assert.Contains("malloc", Encoding.UTF8.GetString(symbols.Functions.Find(malloc.Address + 1)));
    }

    [Theory]
    [InlineData("0-3,8\n", new[] { 0, 1, 2, 3, 8 })]
    [InlineData("0", new[] { 0 })]
    [InlineData("", new int[0])]
    public void Parse_OnlineCpus_ListsThem(string text, int[] cpus) => Assert.Equal(cpus, OnlineCpus.Parse(text));

    private static MemoryStream TextOf(string text) => new(Encoding.UTF8.GetBytes(text));
}
