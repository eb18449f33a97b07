using PixieOrleans.Cli.Tests.Server;

namespace PixieOrleans.Cli.Tests.Profiles;

public sealed class ProfileCommandTests
{
    private const string Folded = "nginx;main;work 12\n";

    [Fact]
    public async Task Profile_WithoutFile_PrintsStacksAndSaysHowManySamples()
    {
        await using var silo = await RecordedSilo.StartAsync(
            Folded, contentType: "text/plain", header: ("Pxo-Samples", "12"));
        var terminal = new TestTerminal(server: silo.Address);

        var exitCode = await RunAsync(terminal, "profile", "--pod", "a b", "--node", "n1");

        Assert.Equal(Folded, terminal.Out);
        Assert.Equal("12 samples\n", terminal.Error);
        Assert.Equal("GET /api/v1/profile", Assert.Single(silo.Requests));
        Assert.Equal("?format=folded&start=-5m&node=n1&pod=a%20b", Assert.Single(silo.Queries));
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Profile_OffCpu_AsksForWaitsAndSaysHowLong()
    {
        await using var silo = await RecordedSilo.StartAsync(
            Folded, contentType: "text/plain", header: ("Pxo-Samples", "12"));
        var terminal = new TestTerminal(server: silo.Address);

        Assert.Equal(0, await RunAsync(terminal, "profile", "--off-cpu"));

        Assert.Equal("12 microseconds off the CPU\n", terminal.Error);
        Assert.Equal("?format=folded&start=-5m&offCpu=true", Assert.Single(silo.Queries));
    }

    [Theory]
    [InlineData("cpu.svg", "svg")]
    [InlineData("cpu.pb.gz", "pprof")]
    [InlineData("cpu.speedscope.json", "speedscope")]
    [InlineData("cpu.txt", "folded")]
    public async Task Profile_ToFile_AsksForTheFormOfItsName(string name, string format)
    {
        var folder = Directory.CreateTempSubdirectory("pxo-profile-");
        try
        {
            await using var silo = await RecordedSilo.StartAsync("body", header: ("Pxo-Samples", "0"));
            var terminal = new TestTerminal(server: silo.Address);
            var file = Path.Combine(folder.FullName, name);

            var exitCode = await RunAsync(terminal, "profile", "-o", file);

            Assert.Equal("body", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
            Assert.StartsWith($"?format={format}&", Assert.Single(silo.Queries), StringComparison.Ordinal);
            Assert.StartsWith("no samples: ", terminal.Error, StringComparison.Ordinal);
            Assert.Equal(0, exitCode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Profile_ArgumentThatTheSiloRefuses_IsWrongUsage()
    {
        await using var silo = await RecordedSilo.StartAsync(
            """{"title":"Bad arguments","detail":"no node 'x'; there are: a"}""", 400, "application/problem+json");
        var terminal = new TestTerminal(server: silo.Address);

        Assert.Equal(2, await RunAsync(terminal, "profile", "--node", "x"));
        Assert.Equal("no node 'x'; there are: a\n", terminal.Error);
    }

    [Fact]
    public async Task Profile_PprofWithoutFile_IsWrongUsage()
    {
        var terminal = new TestTerminal();

        Assert.Equal(2, await RunAsync(terminal, "profile", "--format", "pprof"));
        Assert.StartsWith("a profile for pprof is binary", terminal.Error, StringComparison.Ordinal);
    }

    private static Task<int> RunAsync(TestTerminal terminal, params string[] arguments) =>
        PxoCommand.RunAsync(arguments, terminal.Terminal, TestContext.Current.CancellationToken);
}
