using System.Buffers.Binary;
using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.NodeProbe.Tls;
using PixieOrleans.NodeProbe.Tls.Stripped;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Tls;

/// <summary>BoringSSL's functions are told by what they report, in a program of the same structure.</summary>
public sealed class BoringSslTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("-O2")]
    [InlineData("-O1")]
    [InlineData("-O3")]
    [InlineData("-O2", "-no-pie", "-fno-pie")]
    [InlineData("-O2", "-DPEEK_INSIDE")]
    [InlineData("-O2", "-DFOUR")]
    [InlineData("-O2", "-DNO_FLUSH")]
    [InlineData("-O2", "-ffunction-sections", "-Wl,--gc-sections", "-fno-plt", "-fcf-protection=full")]
    public async Task Find_ProgramWithItsErrors_FindsTheFunctions(params string[] options)
    {
        using var file = await BuildAsync(options);

        var plan = BoringSsl.Find(file);

        string[] wanted = options.Contains("-DNO_FLUSH")
            ? ["SSL_read", "SSL_write", "SSL_do_handshake"]
            : ["SSL_read", "SSL_write", "SSL_do_handshake", "BIO_write"];
        var symbols = ElfSymbols.FindFunctions(file, wanted);
        Assert.Equal("BoringSSL", plan.Version);
        Assert.Equal(
            wanted.Select(name => $"{ProgramOf(name)} in {name}"),
            plan.Probes.Where(p => p.Program is not ("pxo_tls_leave_read" or "pxo_tls_leave_write"))
                .Select(p => $"{p.Program} in {NameOf(file, symbols, p)}"));
        Assert.All(
            plan.Probes.Where(p => p.Program == "pxo_tls_leave_read"),
            p => Assert.Equal("SSL_read", NameOf(file, symbols, p)));
        Assert.All(
            plan.Probes.Where(p => p.Program == "pxo_tls_leave_write"),
            p => Assert.Equal("SSL_write", NameOf(file, symbols, p)));
        Assert.Contains(plan.Probes, p => p.Program == "pxo_tls_leave_read");
        Assert.Contains(plan.Probes, p => p.Program == "pxo_tls_leave_write");
    }

    [Fact]
    public async Task Find_StrippedProgram_FindsTheSame()
    {
        using var whole = await BuildAsync("-O2");
        using var stripped = await BuildAsync("-O2", "-s");

        Assert.Empty(ElfSymbols.FindFunctions(stripped, ["SSL_read"]));
        Assert.Equal(BoringSsl.Find(whole).Probes, BoringSsl.Find(stripped).Probes);
        Assert.NotEmpty(BoringSsl.Find(stripped).Probes);
    }

    [Theory]
    [InlineData("-DTWO_WRITES", "two functions report what SSL_write does")]
    [InlineData("-DREAD_ONLY", "no function takes what was read")]
    [InlineData("-DOTHER_ORDER", "lines in another order than the source's")]
    public async Task Find_ProgramThatDiffers_FindsNothing(string option, string why)
    {
        using var file = await BuildAsync("-O2", option);

        Assert.True(BoringSsl.Find(file) == TlsPlan.None, why);
    }

    [Fact]
    public void Find_ProgramWithout_FindsNothing()
    {
        Assert.True(ElfFile.TryOpen(Environment.ProcessPath!, out var file, out var error), error);
        using (file)
        {
            Assert.Same(TlsPlan.None, BoringSsl.Find(file));
        }
    }

    [Fact]
    public async Task Find_SizesBeyondTheFile_EndsWithTheFile()
    {
        using var whole = await BuildAsync("-O2");
        var image = new byte[whole.Bytes.Length];
        whole.Bytes.Read(0, image);
        var sections = BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan(40));
        var constants = whole.Sections.Index().First(s => s.Item.Name == ".rodata").Index;
        var code = whole.Segments.Index().First(s => s.Item.IsLoaded && s.Item.IsExecutable).Index;
        WriteSize(image, (int)sections + (constants * ElfFile.SectionHeaderBytes) + 32);
        WriteSize(image, ElfFile.HeaderBytes + (code * ElfFile.SegmentHeaderBytes) + 32);
        Assert.True(ElfFile.TryParse(ElfBytes.OfMemory(image), out var damaged, out var error), error);

        using (damaged)
        {
            Assert.Equal(BoringSsl.Find(whole).Probes, BoringSsl.Find(damaged).Probes);
        }
    }

    private static void WriteSize(byte[] image, int at) =>
        BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(at), 1UL << 60);

    private static async Task<ElfFile> BuildAsync(params string[] options)
    {
        var program = await CPrograms.BuildAsync("Tls/reported_errors.c", options, Cancelled);
        Assert.True(ElfFile.TryOpen(program, out var file, out var error), error);
        return file;
    }

    private static string ProgramOf(string function) => function switch
    {
        "SSL_do_handshake" => "pxo_tls_handshake",
        "BIO_write" => "pxo_tls_bio_write",
        _ => "pxo_tls_enter",
    };

    private static string NameOf(ElfFile file, Dictionary<string, ElfSymbol> symbols, TlsProbe probe)
    {
        var address = file.AddressOf(probe.Offset)!.Value;
        return symbols.FirstOrDefault(s => address - s.Value.Address < s.Value.Bytes).Key ?? $"{address:x}";
    }
}
