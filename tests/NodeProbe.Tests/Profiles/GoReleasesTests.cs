using System.Globalization;
using System.Text;
using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.NodeProbe.Profiles.Symbols;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Profiles;

/// <summary>
/// Names in stripped programs of Go before 1.18, beside what Go's own reader finds: esbuild as its authors built it.
/// </summary>
public sealed class GoReleasesTests : IDisposable
{
    private const string Reader = """
        package main

        import (
        	"debug/elf"
        	"debug/gosym"
        	"fmt"
        	"os"
        )

        func main() {
        	file, err := elf.Open(os.Args[1])
        	if err != nil {
        		panic(err)
        	}
        	lines, err := file.Section(".gopclntab").Data()
        	if err != nil {
        		panic(err)
        	}
        	table, err := gosym.NewTable(nil, gosym.NewLineTable(lines, file.Section(".text").Addr))
        	if err != nil {
        		panic(err)
        	}
        	out, err := os.Create(os.Args[2])
        	if err != nil {
        		panic(err)
        	}
        	defer out.Close()
        	for _, function := range table.Funcs {
        		fmt.Fprintf(out, "%d %d %s\n", function.Entry, function.End, function.Name)
        	}
        }
        """;

    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("esbuild-go1.15")]
    [InlineData("esbuild-go1.16")]
    [InlineData("esbuild-go1.17")]
    public async Task FrameAt_FirstAndLastByteOfEachFunction_IsAsGoReadsIt(string module)
    {
        var program = ProgramOf(module);
        Assert.True(ElfFile.TryOpen(program, out var file, out var error), error);
        using var opened = file;
        Assert.StartsWith(module["esbuild-".Length..], GoBuildInfo.FindVersion(file), StringComparison.Ordinal);
        var expected = await ReadAsync(program);

        var symbols = ModuleSymbols.Read(file, program);

        Assert.InRange(expected.Count, 3_000, 10_000);
        foreach (var (start, end, name) in expected)
        {
            Assert.Equal(name, OuterFrameAt(symbols, start));
            Assert.Equal(name, OuterFrameAt(symbols, end - 1));
        }
    }

    [Theory]
    [InlineData("esbuild-go1.15")]
    [InlineData("esbuild-go1.16")]
    [InlineData("esbuild-go1.17")]
    public async Task FrameAt_PlacesOfOnce_HasTheMutexThatIsInlinedThere(string module)
    {
        var program = ProgramOf(module);
        Assert.True(ElfFile.TryOpen(program, out var file, out var error), error);
        using var opened = file;
        var (start, end, _) = (await ReadAsync(program)).Single(f => f.Name == "sync.(*Once).doSlow");

        var symbols = ModuleSymbols.Read(file, program);

        var frames = Enumerable.Range(0, (int)(end - start))
            .Select(i => Encoding.UTF8.GetString(symbols.FrameAt(start + (ulong)i)!)).ToHashSet();
        Assert.Equal(
            ["sync.(*Once).doSlow", "sync.(*Once).doSlow;sync.(*Mutex).Lock"],
            frames.Order(StringComparer.Ordinal).Take(2));
        Assert.All(frames, frame => Assert.StartsWith("sync.(*Once).doSlow", frame, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("esbuild-go1.15")]
    [InlineData("esbuild-go1.17")]
    public void Find_TableLargerThanItsWindows_FindsWhatTheWholeHas(string module)
    {
        Assert.True(ElfFile.TryOpen(ProgramOf(module), out var file, out var error), error);
        using var opened = file;
        string[] names = ["main.main", "runtime.mallocgc", "sync.(*Once).doSlow", "no.such"];
        var whole = GoFunctionTable.Open(file, 64 << 20)!;

        var windowed = GoFunctionTable.Open(file, maxBytes: 1)!;

        Assert.Equal(3, whole.Find(names).Count);
        Assert.Equal(whole.Find(names), windowed.Find(names));
        for (var i = whole.Count; i >= 0; i--)
        {
            var function = whole.FunctionAt(i);
            Assert.Equal(function, windowed.FunctionAt(i));
            Assert.True(whole.NameOf(function).SequenceEqual(windowed.NameOf(function)));
        }
    }

    public void Dispose() => _folder.Dispose();

    private static string OuterFrameAt(ModuleSymbols symbols, ulong address) =>
        Encoding.UTF8.GetString(symbols.FrameAt(address) ?? []).Split(';')[0];

    private static string ProgramOf(string module)
    {
        var folder = Environment.GetEnvironmentVariable("NODE_PATH") ?? "";
        var path = Path.Combine(folder, module, "bin", "esbuild");
        Assert.SkipUnless(File.Exists(path), $"{module} is missing; ./test installs it with npm, below NODE_PATH");
        return path;
    }

    private async Task<List<(ulong Start, ulong End, string Name)>> ReadAsync(string program)
    {
        var go = Programs.Require("go", "golang-go");
        var source = _folder.Write("reader.go", Reader);
        await ChildProcess.RunAsync(
            "env", ["GO111MODULE=off", go, "build", "-o", _folder.File("reader"), source],
            TestContext.Current.CancellationToken);
        var found = _folder.File("functions");
        await ChildProcess.RunAsync(_folder.File("reader"), [program, found], TestContext.Current.CancellationToken);
        return
        [
            .. File.ReadLines(found).Select(line => line.Split(' ', 3)).Select(
                f => (Number(f[0]), Number(f[1]), f[2].Replace(';', ':'))), // as in a folded stack
        ];
    }

    private static ulong Number(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);
}
