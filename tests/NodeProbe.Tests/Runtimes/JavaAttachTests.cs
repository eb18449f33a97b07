using PixieOrleans.NodeProbe.Runtimes;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Runtimes;

/// <summary>The attach to Java virtual machines that run.</summary>
public sealed class JavaAttachTests : IDisposable
{
    private const string Source = """
        public class Waits {
            public static void main(String[] args) throws Exception {
                System.out.println("ready");
                Thread.sleep(600_000);
            }
        }
        """;

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadFunctions_OfAMachine_HasItsStubsAndLeavesNoFile()
    {
        await using var java = await StartAsync();

        var (functions, leftOut) = JavaAttach.ReadFunctions((uint)java.Id);
        var (again, _) = JavaAttach.ReadFunctions((uint)java.Id); // its listener runs

        Assert.InRange(functions.Count, 100, 100_000);
        Assert.InRange(again.Count, 100, 100_000);
        Assert.Equal(0, leftOut);
        Assert.False(File.Exists($"/tmp/perf-{java.Id}.map"));
        Assert.False(File.Exists($"/tmp/.attach_pid{java.Id}"));
    }

    /// <summary>With -Xrs the machine listens from the start, and a signal would end it.</summary>
    [Fact]
    public async Task ReadFunctions_OfAMachineThatTakesNoSignals_SendsNone()
    {
        await using var java = await StartAsync("-Xrs");

        var (functions, _) = JavaAttach.ReadFunctions((uint)java.Id);

        Assert.InRange(functions.Count, 100, 100_000);
        Assert.False(java.HasExited);
    }

    [Fact]
    public async Task ReadFunctions_OfAMachineThatDoesNotListen_EndsAtTheDeadline()
    {
        await using var java = await StartAsync("-XX:+DisableAttachMechanism");

        var error = Assert.Throws<IOException>(() => JavaAttach.ReadFunctions((uint)java.Id));

        Assert.Contains("does not start its listener", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists($"/tmp/.attach_pid{java.Id}"));
    }

    [Fact]
    public void ReadFunctions_OfAnotherProcess_HasNone() =>
        Assert.Equal(0, JavaAttach.ReadFunctions((uint)Environment.ProcessId).Functions.Count);

    public void Dispose() => _folder.Dispose();

    private async Task<ChildProcess> StartAsync(params string[] options)
    {
        Programs.RequireRoot();
        var java = Programs.Require("java", "openjdk-17-jdk-headless");
        var program = ChildProcess.Start(java, ["-Xmx64m", .. options, _folder.Write("Waits.java", Source)]);
        await Poll.UntilAsync(
            () => Task.FromResult(program.Output.Contains("ready", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(60),
            () => "the program runs",
            Cancelled);
        return program;
    }
}
