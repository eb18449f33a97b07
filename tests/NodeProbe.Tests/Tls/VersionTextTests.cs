using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.NodeProbe.Tests.Elf;
using PixieOrleans.NodeProbe.Tls.Families;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Tls;

public sealed class VersionTextTests
{
    private static readonly VersionText[] Versions =
        [new("Other", "Other\0", -1), new("Library", "Library ", 8), new("Plain", "\03.", 1)];

    [Theory]
    [InlineData("Library 3.0.19 30 Jan 2026", "Library 3.0.19")]
    [InlineData("Library 3.0 legacy\\0Library 3.5.8 now", "Library 3.5.8")] // two parts are no version
    [InlineData("Other\\0Library 1.1.0i of", "Library 1.1.0i")] // a number goes before a mere name
    [InlineData("an Other", "Other")]
    [InlineData("\\0003.7.9", "Plain 3.7.9")]
    [InlineData("Library x.y", "")]
    public async Task Find_ConstantsOfAProgram_TellsTheVersion(string constant, string expected)
    {
        using var folder = new TempFolder();
        var source = $"const char text[] = \"{constant}\";\nint main(int n, char **a) {{ return text[n]; }}";
        var program = await ElfPrograms.CompileAsync(folder, source);
        Assert.True(ElfFile.TryOpen(program, out var file, out var error), error);
        using var opened = file;

        Assert.Equal(expected, VersionText.Find(file, Versions));
    }
}
