using System.Diagnostics;
using System.Text;
using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.NodeProbe.Profiles.Symbols;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Profiles;

/// <summary>Names of programs that were compiled, then stripped in several ways.</summary>
public sealed class StrippedProgramTests : IDisposable
{
    private const string Source = "__attribute__((noinline)) static int secret(int x) { return x * 3; }\n"
        + "int main(int c, char **v) { return secret(c); }\n";

    private readonly TempFolder _folder = new();

    private string Program => Path.Combine(_folder.Path, "program");

    [Fact]
    public void Read_Stripped_DoesNotGuess()
    {
        var place = Compile();
        Run("strip", "-s", Program);

        Assert.Equal("", NameAt(place));
    }

    [Fact]
    public void Read_DebugLink_NamesFromTheFileBesides()
    {
        var place = Compile();
        Run("objcopy", "--only-keep-debug", Program, Program + ".dbg");
        Run("strip", "-s", Program);
        Run("objcopy", $"--add-gnu-debuglink={Program}.dbg", Program);

        Assert.Equal("secret", NameAt(place));
    }

    [Fact]
    public void Read_DebugLinkWithoutBuildId_ChecksTheSum()
    {
        var place = Compile("-Wl,--build-id=none");
        Directory.CreateDirectory(Path.Combine(_folder.Path, ".debug"));
        var debug = Path.Combine(_folder.Path, ".debug", "program.dbg");
        Run("objcopy", "--only-keep-debug", Program, debug);
        Run("strip", "-s", Program);
        Run("objcopy", $"--add-gnu-debuglink={debug}", Program);

        Assert.Equal("secret", NameAt(place));
        File.AppendAllText(debug, "x");
        Assert.Equal("", NameAt(place));
    }

    [Fact]
    public void Read_DebugFileOfAnotherBuild_IsNotTaken()
    {
        var place = Compile("-DOTHER");
        Run("objcopy", "--only-keep-debug", Program, Program + ".dbg");
        Compile("-Wl,--build-id=0x1234567890");
        Run("strip", "-s", Program);
        Run("objcopy", $"--add-gnu-debuglink={Program}.dbg", Program);

        Assert.Equal("", NameAt(place));
    }

    [Fact]
    public void Read_BuildId_NamesFromTheFolderOfDebugFiles()
    {
        var place = Compile();
        using (var file = Open())
        {
            var folder = Path.Combine(_folder.Path, "root/usr/lib/debug/.build-id", file.BuildId[..2]);
            Directory.CreateDirectory(folder);
            Run("objcopy", "--only-keep-debug", Program, Path.Combine(folder, file.BuildId[2..] + ".debug"));
        }

        Run("strip", "-s", Program);

        Assert.Equal("secret", NameAt(place, "/program", Path.Combine(_folder.Path, "root")));
    }

    [Fact]
    public void Read_MiniDebugInfo_NamesFromThePackedTable()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/xz"), "xz is not installed (Debian: xz-utils)");
        var place = Compile();
        var small = Path.Combine(_folder.Path, "small");
        Run("objcopy", "-S", "--keep-symbol=secret", "--remove-section=.comment", Program, small);
        Run("xz", small);
        Run("strip", "-s", Program);
        Run("objcopy", "--add-section", $".gnu_debugdata={small}.xz", Program);

        Assert.Equal("secret", NameAt(place));
    }

    [Fact]
    public void Read_Vdso_NamesItsFunctions()
    {
        var vdso = Vdso.Read();

        Assert.NotNull(vdso);
        Assert.InRange(vdso.Functions.Count, 1, 1000);
    }

    [Theory]
    [InlineData("_RNvCskwGfYPst2Cb_3foo16example_function", "foo::example_function")]
    [InlineData("_RNCNvCsgStHSCytQ6I_7mycrate4main0B3_", "mycrate::main::{closure#0}")]
    [InlineData("_RNvMNtC7mycrate3fooNtB2_3Foo3bar", "<mycrate::foo::Foo>::bar")]
    [InlineData("_RNvXCs1_7mycrateNtB2_6StructNtB2_5Trait6method", "<mycrate::Struct as mycrate::Trait>::method")]
    [InlineData("_RINvNtC3std3mem8align_ofjdE", "std::mem::align_of<usize, f64>")]
    [InlineData("_RINvC1c1fKj7b_RhAtj3_TlEE", "c::f<123, &u8, [u16; 3], (i32,)>")]
    [InlineData("_RINvC1c1fFUKCmEuDNtC1d1TEL_E", "c::f<unsafe extern \"C\" fn(u32), dyn d::T>")]
    [InlineData("_RNvC3foo99short", null)]
    [InlineData("_RB_", null)]
    [InlineData("_Rubbish", null)]
    public void TryDemangle_RustName_IsReadable(string name, string? readable)
    {
        Assert.Equal(readable is not null, RustNames.TryDemangle(Encoding.UTF8.GetBytes(name), out var text));
        Assert.Equal(readable, text);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The place of the secret function.</summary>
    private ulong Compile(params string[] flags)
    {
        var source = Path.Combine(_folder.Path, "program.c");
        File.WriteAllText(source, Source);
        Run("gcc", ["-O1", "-Wl,--build-id", .. flags, "-o", Program, source]);
        using var file = Open();
        return ElfSymbols.FindFunctions(file, ["secret"])["secret"].Address;
    }

    private string NameAt(ulong place, string? path = null, string root = "")
    {
        using var file = Open();
        return Encoding.UTF8.GetString(ModuleSymbols.Read(file, path ?? Program, root).Functions.Find(place));
    }

    private ElfFile Open()
    {
        Assert.True(ElfFile.TryOpen(Program, out var file, out var error), error);
        return file;
    }

    private void Run(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardError = true };
        start.Environment["HOME"] = _folder.Path;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
    }
}
