using System.Globalization;
using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Elf;

/// <summary>Real files of the machine; what readelf and nm say of them is the truth.</summary>
public sealed class ElfFileTests
{
    /// <summary>Libraries, a position-independent program, and the host of .NET.</summary>
    public static TheoryData<string> RealFiles()
    {
        var files = new TheoryData<string>();
        foreach (var code in Mapped())
        {
            files.Add(code);
        }

        foreach (var program in new[] { "/usr/bin/python3", "/bin/sh", "/usr/bin/env" }.Where(File.Exists))
        {
            files.Add(program);
        }

        return files;
    }

    [Theory]
    [MemberData(nameof(RealFiles))]
    public async Task TryOpen_RealFile_HasTheSectionsThatReadelfLists(string path)
    {
        var listing = await ReadelfAsync("-SW", path);
        var expected = Lines(listing)
            .Where(line => line.StartsWith('[') && !line.StartsWith("[Nr]", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(']', StringComparison.Ordinal) + 1)..].Split(' ', (StringSplitOptions)3))
            .Where(fields => fields.Length > 4 && fields[0].StartsWith('.'))
            .Select(fields => (fields[0], Hex(fields[2]), Hex(fields[3]), Hex(fields[4])));
        using var file = Open(path);

        Assert.Equal(
            expected,
            file.Sections.Where(s => s.Name.StartsWith('.')).Select(s => (s.Name, s.Address, s.Offset, s.Bytes)));
    }

    [Theory]
    [MemberData(nameof(RealFiles))]
    public async Task TryOpen_RealFile_HasTheSegmentsThatReadelfLists(string path)
    {
        var listing = await ReadelfAsync("-lW", path);
        var expected = Lines(listing)
            .Where(line => line.StartsWith("LOAD ", StringComparison.Ordinal))
            .Select(line => line.Split(' ', (StringSplitOptions)3))
            .Select(fields => (Hex(fields[1]), Hex(fields[2]), Hex(fields[4]), Hex(fields[5])));
        using var file = Open(path);

        var loaded = file.Segments.Where(s => s.IsLoaded).ToList();

        Assert.Equal(expected, loaded.Select(s => (s.Offset, s.Address, s.FileBytes, s.MemoryBytes)));
        Assert.Contains(loaded, s => s.IsExecutable);
        Assert.All(loaded.Where(s => s.FileBytes > 0), s =>
        {
            Assert.Equal(s.Offset + s.FileBytes - 1, file.OffsetOf(s.Address + s.FileBytes - 1));
            Assert.Equal(s.Address, file.AddressOf(s.Offset));
        });
        Assert.Null(file.OffsetOf(ulong.MaxValue));
    }

    [Theory]
    [MemberData(nameof(RealFiles))]
    public async Task BuildId_OfARealFile_IsWhatReadelfSays(string path)
    {
        var notes = await ReadelfAsync("-nW", path);
        var expected = Lines(notes).Select(line => line.Split("Build ID: ")).FirstOrDefault(f => f.Length == 2)?[1];
        using var file = Open(path);

        Assert.Equal(expected ?? "", file.BuildId);
    }

    [Theory]
    [MemberData(nameof(RealFiles))]
    public async Task FindFunctions_InARealFile_FindsWhatNmLists(string path)
    {
        var nm = Programs.Require("nm", "binutils");
        var listing = await ChildProcess.RunAsync("/bin/sh", ["-c", $"{nm} -D --defined-only {path} | tail -n 300"],
            TestContext.Current.CancellationToken);
        var functions = Lines(listing)
            .Select(line => line.Split(' '))
            .Where(fields => fields.Length == 3 && fields[1] is "T" or "i")
            .Select(fields => (Name: fields[2].Split('@')[0], Address: Hex(fields[0])))
            .ToLookup(symbol => symbol.Name, symbol => symbol.Address);
        using var file = Open(path);

        var found = ElfSymbols.FindFunctions(file, functions.Select(f => f.Key).Append("pxo_no_such_function"));

        Assert.Equal(functions.Select(f => f.Key).Order(), found.Keys.Order());
        Assert.All(found, symbol => Assert.Contains(symbol.Value.Address, functions[symbol.Key]));
    }

    [Fact]
    public async Task Read_OfAProgramWithAllItsSymbols_GivesEveryFunctionOnce()
    {
        using var folder = new TempFolder();
        var program = await ElfPrograms.CompileAsync(folder, """
            static int helper(int x) { return x * 3; }
            int shared_tail(int x) { return helper(x) + 1; }
            int tail(int x) { return helper(x) + 2; }
            int main(int argc, char **argv) { return shared_tail(argc) + tail(argc); }
            """, "-O0");
        using var file = Open(program);

        var names = ElfSymbols.ReadNames(file, ElfSymbolTable.Full, 1 << 20);
        var functions = ElfSymbols.Read(file, ElfSymbolTable.Full).Where(s => s.IsFunction)
            .Select(s => System.Text.Encoding.UTF8.GetString(ElfSymbols.NameAt(names, s.NameOffset))).ToList();
        var found = ElfSymbols.FindFunctions(file, ["tail", "shared_tail", "helper", "main", "ail"]);

        Assert.Equal(
            ["helper", "main", "shared_tail", "tail"],
            functions.Where(f => f is "main" or "tail" or "helper" or "shared_tail").Order());
        Assert.Equal(["helper", "main", "shared_tail", "tail"], found.Keys.Order());
        Assert.Equal(4, found.Values.Select(s => s.Address).Distinct().Count());
        Assert.All(found.Values, symbol => Assert.True(symbol.Bytes > 0));
    }

    [Fact]
    public async Task FindFunctions_InAStrippedProgram_FindsNone()
    {
        using var folder = new TempFolder();
        var program = await ElfPrograms.CompileAsync(folder, "int main(void) { return 0; }", "-s");
        using var file = Open(program);

        Assert.Empty(ElfSymbols.FindFunctions(file, ["main"]));
        Assert.Empty(ElfSymbols.Read(file, ElfSymbolTable.Full));
    }

    [Theory]
    [InlineData("", "not a 64-bit little-endian ELF file")]
    [InlineData("#!/bin/sh\n", "not a 64-bit little-endian ELF file")]
    public void TryOpen_NoElfFile_SaysSo(string content, string expected)
    {
        using var folder = new TempFolder();
        var path = folder.Write("file", content);

        Assert.False(ElfFile.TryOpen(path, out _, out var error));
        Assert.Equal(expected, error);
        Assert.False(ElfFile.TryOpen(folder.File("absent"), out _, out error));
        Assert.Contains("absent", error, StringComparison.Ordinal);
    }

    private static ElfFile Open(string path)
    {
        Assert.True(ElfFile.TryOpen(path, out var file, out var error), error);
        return file;
    }

    private static List<string> Mapped()
    {
        var code = new List<MappedCode>();
        Assert.True(ProcessMaps.Read((uint)Environment.ProcessId, code));
        return [.. code.Select(c => c.Path).Where(File.Exists).Distinct()
            .Where(path => !path.EndsWith(".dll", StringComparison.Ordinal))];
    }

    private static Task<string> ReadelfAsync(string option, string path) => ChildProcess.RunAsync(
        Programs.Require("readelf", "binutils"), [option, path], TestContext.Current.CancellationToken);

    private static IEnumerable<string> Lines(string text) => text.Split('\n').Select(line => line.Trim());

    private static ulong Hex(string text) => ulong.Parse(
        text.Replace("0x", "", StringComparison.Ordinal), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
