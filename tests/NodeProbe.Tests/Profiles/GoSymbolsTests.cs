using System.Text;
using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.NodeProbe.Profiles.Symbols;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Profiles;

/// <summary>
/// Names in programs of Go: of the installed toolchain, and of those in the folder PXO_GO_TOOLCHAINS
/// (scripts/dev/go-toolchains.sh), beside what llvm-symbolizer reads in their debugging information.
/// </summary>
public sealed class GoSymbolsTests : IDisposable
{
    private const string Source = """
        package main

        import "os"

        var sink uint64

        func mix(x uint64) uint64 { return x*2862933555777941757 + 3037000493 }

        func twice(x uint64) uint64 { return mix(mix(x)) }

        //go:noinline
        func heavy(n int) {
        	x := sink
        	for i := 0; i < n; i++ {
        		x = twice(x)
        	}
        	sink = x
        }

        func main() { heavy(len(os.Args)) }
        """;

    private readonly TempFolder _folder = new();

    public static TheoryData<string, string> Toolchains()
    {
        var data = new TheoryData<string, string>();
        var folder = Environment.GetEnvironmentVariable(GoToolchain.FolderVariable);
        var others = string.IsNullOrEmpty(folder) ? [] : Directory.GetDirectories(folder, "go-*");
        foreach (var root in others.Select(f => $"{f}/usr/lib/{Path.GetFileName(f)}").Prepend("/usr/lib/go"))
        {
            data.Add(root, "exe");
            data.Add(root, "pie");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Toolchains))]
    public async Task FrameAt_EveryPlaceOfAFunction_IsAsInTheDebuggingInformation(string root, string mode)
    {
        var (whole, stripped) = await BuildAsync(root, mode);
        var places = new[] { "main.heavy", "runtime.mallocgc", "runtime.gcStart" }
            .SelectMany(name => PlacesOf(whole, name)).ToList();
        var expected = await SymbolizeAsync(whole, places);

        var ofWhole = FramesAt(whole, places);
        var ofStripped = FramesAt(stripped, places);

        Assert.Equal(ofWhole, ofStripped);
        Assert.Contains("main.heavy;main.twice;main.mix", ofWhole);
        var same = ofWhole.Zip(expected).Count(pair => pair.First == pair.Second);
        Assert.InRange(same, places.Count * 95 / 100, places.Count); // some padding is told otherwise
    }

    [Theory]
    [MemberData(nameof(Toolchains))]
    public async Task FrameAt_StrippedProgram_NamesAsItsSymbols(string root, string mode)
    {
        var (whole, stripped) = await BuildAsync(root, mode);
        Assert.True(ElfFile.TryOpen(whole, out var file, out var error), error);
        using var opened = file;
        var names = ElfSymbols.ReadNames(opened, ElfSymbolTable.Full, int.MaxValue)!;
        var functions = ElfSymbols.Read(opened, ElfSymbolTable.Full)
            .Where(symbol => symbol.IsFunction && symbol.Bytes > 0)
            .Select(symbol => (symbol.Address, Name: Encoding.UTF8.GetString(
                ElfSymbols.NameAt(names, symbol.NameOffset)).Replace(".abi0", "", StringComparison.Ordinal)))
            .Where(function => function.Name.StartsWith("runtime.", StringComparison.Ordinal))
            .ToList();

        var frames = FramesAt(stripped, [.. functions.Select(function => function.Address)]);

        Assert.InRange(functions.Count, 500, 10_000);
        var same = frames.Zip(functions).Count(pair => pair.First.Split(';')[0] == pair.Second.Name);
        Assert.InRange(same, functions.Count * 98 / 100, functions.Count); // some start at one address
    }

    [Fact]
    public void Parse_TableCutAnywhere_EndsWithoutNamesOfNothing()
    {
        byte[] table = [0xF1, 0xFF, 0xFF, 0xFF, 0, 0, 1, 8, .. Enumerable.Repeat((byte)0xFF, 64)];

        for (var length = 0; length <= table.Length; length++)
        {
            var functions = new FunctionTable.Builder();
            ModuleSymbols.Add(functions, TableIn(table[..length]), text: 0x1000);
            Assert.Equal(0, functions.Build().Count);
        }
    }

    [Fact]
    public async Task Read_BytesChanged_EndsInOtherNames()
    {
        var (_, stripped) = await BuildAsync("/usr/lib/go", "exe");
        Assert.True(ElfFile.TryOpen(stripped, out var file, out var error), error);
        using var opened = file;
        var section = GoFunctionTable.Open(opened)!.Section!.Value;
        var whole = opened.ReadSection(section, int.MaxValue)!;
        var random = new Random(3);
        for (var i = 0; i < 50; i++)
        {
            var bytes = whole.ToArray();
            for (var changes = 0; changes < 1000; changes++)
            {
                bytes[random.Next(8, bytes.Length)] = (byte)random.Next(256);
            }

            if (TableIn(bytes, section) is not { } table)
            {
                continue; // its head
            }

            var inlining = GoInlining.Read(opened, table, GoModule.Find(opened, table)!.Value);

            Assert.InRange(inlining?.Bytes ?? 0, 0, 80 << 20);
            inlining?.NamesAt(0x401000);
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A program with all it has, and as it is after -s -w.</summary>
    private async Task<(string Whole, string Stripped)> BuildAsync(string root, string mode)
    {
        var go = Path.Combine(root, "bin", "go");
        Assert.SkipUnless(File.Exists(go), $"{go} is missing (Debian: golang-go)");
        var source = _folder.Write("main.go", Source);
        var (whole, stripped) = (_folder.File("whole"), _folder.File("stripped"));
        foreach (var (program, flags) in new[] { (whole, ""), (stripped, "-s -w") })
        {
            await ChildProcess.RunAsync(
                "env",
                [
                    $"HOME={_folder.Path}", $"GOROOT={root}", "GO111MODULE=off", "GOPROXY=off", "GOTOOLCHAIN=local",
                    $"GOCACHE={Path.Combine(AppContext.BaseDirectory, "gocache", root.Trim('/'))}",
                    go, "build", $"-buildmode={mode}", $"-ldflags={flags}", "-o", program, source,
                ],
                TestContext.Current.CancellationToken);
        }

        return (whole, stripped);
    }

    private static GoFunctionTable? TableIn(byte[] bytes, ElfSection? section = null) =>
        GoFunctionTable.OpenAt(ElfBytes.OfMemory(bytes), 0, (ulong)bytes.Length, section: section);

    private static IEnumerable<ulong> PlacesOf(string program, string name)
    {
        Assert.True(ElfFile.TryOpen(program, out var file, out var error), error);
        using (file)
        {
            var function = ElfSymbols.FindFunctions(file, [name])[name];
            return Enumerable.Range(0, (int)function.Bytes).Select(i => function.Address + (ulong)i);
        }
    }

    private static List<string> FramesAt(string program, List<ulong> places)
    {
        Assert.True(ElfFile.TryOpen(program, out var file, out var error), error);
        using (file)
        {
            var symbols = ModuleSymbols.Read(file, program);
            return [.. places.Select(place => Encoding.UTF8.GetString(symbols.FrameAt(place) ?? []))];
        }
    }

    /// <summary>
    /// Frames at places as a tool reads them: of each place functions from the innermost, then a blank.
    /// </summary>
    private static async Task<List<string>> SymbolizeAsync(string program, List<ulong> places)
    {
        var tool = Programs.Require("llvm-symbolizer", "llvm");
        await File.WriteAllLinesAsync($"{program}.places", places.Select(place => $"0x{place:x}"));
        await ChildProcess.RunAsync(
            "sh",
            ["-c", $"exec {tool} --inlines --obj={program} < {program}.places > {program}.frames"],
            TestContext.Current.CancellationToken);
        return
        [
            .. (await File.ReadAllTextAsync($"{program}.frames")).TrimEnd().Split("\n\n").Select(block =>
                string.Join(';', block.Split('\n').Where((_, i) => i % 2 == 0).Reverse())),
        ];
    }
}
