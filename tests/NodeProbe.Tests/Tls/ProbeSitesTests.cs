using Iced.Intel;
using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.NodeProbe.Tests.Elf;
using PixieOrleans.NodeProbe.Tls;
using PixieOrleans.NodeProbe.Tls.Families;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Tls;

public sealed class ProbeSitesTests
{
    private const ulong Start = 0x1000;

    // SSL_read of libssl1.1 1.1.1w-0+deb11u1: js at 0x16, jne after the canary's check at 0x37, ret at 0x3d.
    private const string Read111 =
        "4883ec1864488b042528000000488944240831c085d278264889e14863d2e84dfeffff85c00f4f0424488b4c240864482b0c25"
        + "28000000752d4883c418c341b803070000ba0f010000bedf000000bf14000000488d0dd1a70300e8"
        + "b163feffb8ffffffffebc3e85561feff";

    // SSL_read_ex of the same: call at 4, ret at 0x17, no jump between.
    private const string ReadEx111 = "4883ec08e8f7fdffffba0000000085c00f48c24883c408c3";

    // SSL_write of libssl3t64 3.5 (Debian 13): endbr64; js at 0x1a, jne at 0x3e.
    private const string Write35 =
        "f30f1efa4883ec1864488b042528000000488944240831c085d2783431c94863d24989e0e8f7faffff85c07e038b0424488b542408"
        + "64482b14252800000075474883c41831d231c931f631ff4531c0c3e89b52feff488d158c9d0900be5d0a0000488d3d82fa0800e8f3"
        + "5afeff31c031d2be0f010000bf14000000e8c058feffb8ffffffffeba9e86467feff";

    // SSL_write_ex of the same: jumps to SSL_write_ex2.
    private const string WriteEx35 = "f30f1efa4989c831c9e9e27cfeff";

    private static readonly Register[] ObjectAndBuffer = [Register.RDI, Register.RSI];

    [Theory]
    [InlineData(Read111, 0x16, nameof(ReturnSites.Jump), new[] { 0x37 })]
    [InlineData(ReadEx111, 0x04, nameof(ReturnSites.Return), new[] { 0x17 })]
    [InlineData(Write35, 0x1a, nameof(ReturnSites.Jump), new[] { 0x3e })]
    [InlineData(WriteEx35, 0x09, nameof(ReturnSites.SlowReturnProbe), new[] { 0x00 })]
    public void Find_InFunctionsOfRealLibraries_TakesTheCheapestSites(
        string code, int entry, string kind, int[] returns)
    {
        var sites = ProbeSites.Find(Convert.FromHexString(code), Start, ObjectAndBuffer)!;

        Assert.Equal((Start + (ulong)entry, true), (sites.Entry, sites.IsEntryEmulated));
        Assert.Equal(kind, sites.Kind.ToString());
        Assert.Equal(returns.Select(r => Start + (ulong)r), sites.Returns);
    }

    [Theory]
    [InlineData("554889e5535dc3", nameof(ReturnSites.Return))] // a return probe at the push is cheap, but not safe
    [InlineData("4883ec084883c408c3", nameof(ReturnSites.Return))]
    [InlineData("55535d5bffe0", nameof(ReturnSites.ReturnProbe))] // push rbp … jmp rax: it returns elsewhere
    [InlineData("85ff7403ffe0c3c3", nameof(ReturnSites.SlowReturnProbe))] // jmp rax: it may return elsewhere
    public void Find_WithoutCanary_TakesWhatIsLeft(string code, string kind) =>
        Assert.Equal(kind, ProbeSites.Find(Convert.FromHexString(code), Start, ObjectAndBuffer)!.Kind.ToString());

    [Fact]
    public void Find_ArgumentsOverwrittenBeforeAnEmulatedInstruction_ProbesTheFirst()
    {
        var code = Convert.FromHexString("4889f731f65053c3"); // mov rdi, rsi; xor esi, esi; push rax; push rbx; ret

        var sites = ProbeSites.Find(code, Start, ObjectAndBuffer)!;

        Assert.Equal((Start, false), (sites.Entry, sites.IsEntryEmulated));
    }

    /// <summary>A jump over the canary's check to the return: the check is not on each way.</summary>
    [Fact]
    public void Find_AJumpBehindTheCheck_DoesNotTrustIt()
    {
        // test edi, edi; je +17 (the ret); mov rax, fs:[0x28] as sub; jne; nop; ret
        var code = Convert.FromHexString("85ff740c64482b042528000000750190c3c3");

        Assert.NotEqual(ReturnSites.Jump, ProbeSites.Find(code, Start, ObjectAndBuffer)!.Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("06")] // no instruction of 64-bit code
    public void Find_NoCode_IsNull(string code) =>
        Assert.Null(ProbeSites.Find(Convert.FromHexString(code), Start, ObjectAndBuffer));

    [Fact]
    public void Make_OfTheSystemsOpenSsl_ProbesReadAndWriteAtJumps()
    {
        const string Path = "/usr/lib/x86_64-linux-gnu/libssl.so.3";
        Assert.SkipUnless(File.Exists(Path), $"{Path} is missing: apt-get install libssl3");
        Assert.True(ElfFile.TryOpen(Path, out var file, out var error), error);
        using var opened = file;

        var plan = TlsFamilies.Find(file);

        Assert.True(plan.HasCalls);
        Assert.False(plan.HasRecords);
        Assert.Equal(ReturnSites.Jump, plan.Functions["SSL_read"]);
        Assert.Equal(ReturnSites.Jump, plan.Functions["SSL_write"]);
        Assert.DoesNotContain(plan.Probes, probe => probe.IsReturnProbe);
    }

    [Fact]
    public async Task Make_OfAProgramWithoutTls_IsNone()
    {
        using var folder = new TempFolder();
        var program = await ElfPrograms.CompileAsync(folder, "int main(void) { return 0; }");
        Assert.True(ElfFile.TryOpen(program, out var file, out var error), error);
        using var opened = file;

        Assert.Same(TlsPlan.None, TlsFamilies.Find(file));
        Assert.Equal("", VersionText.Find(file, [new("OpenSSL", "OpenSSL ", 8)]));
    }

    [Fact]
    public void Version_OfTheSystemsOpenSsl_IsTold()
    {
        const string Path = "/usr/lib/x86_64-linux-gnu/libcrypto.so.3";
        Assert.SkipUnless(File.Exists(Path), $"{Path} is missing: apt-get install libssl3");
        Assert.True(ElfFile.TryOpen(Path, out var file, out var error), error);
        using var opened = file;

        Assert.StartsWith("OpenSSL 3.", TlsFamilies.Find(file).Version, StringComparison.Ordinal);
    }
}
