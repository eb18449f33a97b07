using System.Globalization;
using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.NodeProbe.Profiles.Symbols;
using PixieOrleans.NodeProbe.Profiles.Unwinding;
using PixieOrleans.NodeProbe.Tests.Elf;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Profiles.Unwinding;

/// <summary>Rows of .eh_frame, compared with those that readelf (binutils) makes of the same files.</summary>
public sealed class FrameTableTests : IDisposable
{
    private const int MaxBytes = 64 << 20;

    private static readonly string[] Names =
    [
        "rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
        "ra",
    ];

    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("libc.so.6", 10_000)]
    [InlineData("libstdc++.so.6", 10_000)]
    [InlineData("libcoreclr.so", 50_000)]
    public async Task TryFind_EveryRowOfALibrary_IsAsReadelfHasIt(string library, int atLeast)
    {
        var path = FindLibrary(library);

        Assert.InRange(await CompareAsync(path), atLeast, int.MaxValue);
    }

    [Theory]
    [InlineData("-O0")]
    [InlineData("-O2", "-fomit-frame-pointer")]
    [InlineData("-O2", "-fno-omit-frame-pointer", "-static")]
    public async Task TryFind_EveryRowOfAProgram_IsAsReadelfHasIt(params string[] options)
    {
        var path = await ElfPrograms.CompileAsync(_folder, "int main(int c, char **v) { return c; }", options);

        Assert.InRange(await CompareAsync(path), 2, int.MaxValue);
    }

    [Fact]
    public async Task KeepsFramePointers_ProgramsWithAndWithout_AreToldApart()
    {
        const string Source = """
            #include <stdio.h>
            int work(int x) { for (int i = 0; i < x; i++) printf("%d %d\n", i, x * i); return x; }
            int more(int x) { for (int i = 0; i < x; i++) printf("%d %d\n", work(i), x * i); return x; }
            int main(int c, char **v) { printf("%d %d\n", work(c), more(c)); return work(more(c)) + more(work(c)); }
            """;
        using var with = Open(await ElfPrograms.CompileAsync(_folder, Source, "-O1", "-fno-omit-frame-pointer"));
        Assert.True(FrameTable.Read(with, MaxBytes).KeepsFramePointers);

        using var without = Open(await ElfPrograms.CompileAsync(_folder, Source, "-O1", "-fomit-frame-pointer"));
        Assert.False(FrameTable.Read(without, MaxBytes).KeepsFramePointers);
    }

    [Fact]
    public void Read_Vdso_DescribesItsFunctions()
    {
        using var vdso = Vdso.Open();
        Assert.SkipWhen(vdso is null, "this kernel maps no vdso");

        var table = FrameTable.Read(vdso, MaxBytes);

        Assert.InRange(table.Count, 1, 1000);
        Assert.True(table.TryFind(ElfSymbols.FindFunctions(
            vdso, ["__vdso_clock_gettime"])["__vdso_clock_gettime"].Address, out var row));
        Assert.Equal("rsp+8", CfaOf(row));
    }

    [Fact]
    public async Task Read_LargerThanAllowed_DescribesNothing()
    {
        using var file = Open(await ElfPrograms.CompileAsync(_folder, "int main(void) { return 0; }"));

        var table = FrameTable.Read(file, 16);

        Assert.Equal((0, 0L), (table.Count, table.Bytes));
        Assert.False(table.TryFind(0x1000, out _));
    }

    public void Dispose() => _folder.Dispose();

    private static string FindLibrary(string name) =>
        new[]
        {
            "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64",
            System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(),
        }
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
        ?? throw Programs.Skip($"{name} is not here");

    private static ElfFile Open(string path)
    {
        Assert.True(ElfFile.TryOpen(path, out var file, out var error), error);
        return file;
    }

    /// <summary>Compares all rows; returns how many.</summary>
    private async Task<int> CompareAsync(string path)
    {
        using var file = Open(path);
        var table = FrameTable.Read(file, MaxBytes);
        var rows = 0;
        var (columns, end) = (Array.Empty<string>(), 0UL);
        foreach (var line in await ReadelfAsync(path))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 3 && fields[3] is "FDE" or "CIE")
            {
                end = fields[3] == "FDE" ? Hex(fields[^1].Split("..")[1]) : 0;
            }
            else if (fields is ["LOC", ..])
            {
                columns = fields;
            }
            else if (fields.Length == columns.Length && fields is [{ Length: 16 }, ..] && Hex(fields[0]) < end)
            {
                var address = Hex(fields[0]);
                Assert.True(table.TryFind(address, out var row), $"{path}: no row: {line}");
                var text = string.Join(' ', columns[2..].Select(name => $"{name}={RuleOf(row, name)}"));
                var expected = string.Join(
                    ' ', columns[2..].Zip(fields[2..], (name, rule) => $"{name}={(rule == "s" ? "u" : rule)}"));
                Assert.True(
                    fields[1] == CfaOf(row) && expected == text, $"{path}: {line}: {CfaOf(row)} {text}");
                rows++;
            }
        }

        return rows;
    }

    private static ulong Hex(string text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    // Its rows take megabytes: a file, not the last lines of output.
    private async Task<IEnumerable<string>> ReadelfAsync(string path)
    {
        var (readelf, output) = (Programs.Require("readelf", "binutils"), _folder.File("rows"));
        await ChildProcess.RunAsync(
            "/bin/sh",
            ["-c", "\"$0\" --debug-dump=frames-interp \"$1\" 2>/dev/null | sed '/debug_frame/,$d' >\"$2\"",
                readelf, path, output],
            TestContext.Current.CancellationToken);
        return File.ReadLines(output);
    }

    private static string CfaOf(in UnwindRow row) => row.CfaRegister < 0
        ? "exp"
        : string.Create(CultureInfo.InvariantCulture, $"{Names[row.CfaRegister]}{row.CfaOffset:+0;-0}");

    private static string RuleOf(in UnwindRow row, string name)
    {
        var rule = row.Rules[Array.IndexOf(Names, name)];
        return rule.Kind switch
        {
            RuleKind.AtCfa => string.Create(CultureInfo.InvariantCulture, $"c{rule.Operand:+0;-0;+0}"),
            RuleKind.CfaPlus => string.Create(CultureInfo.InvariantCulture, $"v{rule.Operand:+0;-0;+0}"),
            RuleKind.AtExpression => "exp",
            RuleKind.Expression => "vexp",
            RuleKind.Register => Names[rule.Operand],
            _ => "u", // readelf writes s or u for a register without a rule, as for one that is lost
        };
    }
}
