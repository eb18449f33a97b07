using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Elf;

public sealed class ElfNamePartsTests
{
    private const string Source =
        """
        int _ZN6rustls5State4send17h0123E(void) { return 1; }
        int _RNvMs_6rustls5State4send(void) { return 2; }
        int other4send(void) { return 3; }
        int main(void) { return _ZN6rustls5State4send17h0123E() + _RNvMs_6rustls5State4send() + other4send(); }
        """;

    [Fact]
    public async Task Find_NamesOfSeveralManglings_AreFoundWithTheirPart()
    {
        using var folder = new TempFolder();
        using var file = await OpenAsync(folder);

        var found = ElfNameParts.Find(file, ["5State4send", "5State7receive"]);

        Assert.Equal(["5State4send", "5State4send"], found.Select(f => f.Part));
        Assert.All(found, f => Assert.True(f.Symbol.Bytes > 0));
        Assert.Equal(2, found.Select(f => f.Symbol.Address).Distinct().Count());
    }

    [Fact]
    public async Task Find_InAStrippedProgram_FindsNone()
    {
        using var folder = new TempFolder();
        using var file = await OpenAsync(folder, "-s");

        Assert.Empty(ElfNameParts.Find(file, ["5State4send"]));
    }

    private static async Task<ElfFile> OpenAsync(TempFolder folder, params string[] options)
    {
        var program = await ElfPrograms.CompileAsync(folder, Source, options);
        Assert.True(ElfFile.TryOpen(program, out var file, out var error), error);
        return file;
    }
}
