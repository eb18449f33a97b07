using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.NodeProbe.Tls.Families;

namespace PixieOrleans.NodeProbe.Tests.Tls;

public sealed class NssTests
{
    private const string Library = "/usr/lib/x86_64-linux-gnu/libssl3.so";

    [Fact]
    public void Find_InTheSystemsNss_FindsTheFunctionsOfItsLayer()
    {
        Assert.SkipUnless(File.Exists(Library), $"{Library} is missing: apt-get install libnss3");
        Assert.True(ElfFile.TryOpen(Library, out var file, out var error), error);
        using var opened = file;

        var plan = new Nss().Find(file);

        Assert.True(plan.HasCalls);
        Assert.StartsWith("NSS 3.", plan.Version, StringComparison.Ordinal);
        Assert.Equal(
            ["SSL_ForceHandshake", "read", "recv", "send", "write"],
            plan.Functions.Keys.Order(StringComparer.Ordinal)); // those whose returns are probed
    }
}
