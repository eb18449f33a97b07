using PixieOrleans.Kernel.Tests.Tls;
using PixieOrleans.NodeProbe.Tests;
using PixieOrleans.NodeProbe.Tls;
using PixieOrleans.TestKit.Servers;
using PixieOrleans.Tls.Tests.Matrix;
using PixieOrleans.Tls.Tests.Targets;

namespace PixieOrleans.Tls.Tests.Life;

/// <summary>What is told of a process: that its plaintext is seen, or that it is not and why.</summary>
public sealed class ProofTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_WithAConnection_IsProvedAndTellsSo()
    {
        Programs.RequireRoot();
        using var certificate = new Certificate();
        await using var node = await Node.StartAsync();
        await using var server = await HttpServers.NginxAsync(Cancelled, certificate.PemFile);
        await node.WaitAsync(() => node.Tls.Any(t => t.Name == "nginx"), "probes in nginx");

        await WebClients.Curl(TlsLoad.Http1).RunAsync(new Endpoint(server.Port, certificate.PemFile), Cancelled);

        await node.WaitAsync(
            () => node.Tls.Any(t => t.Name == "nginx" && t.Proof == TlsProof.Proved && t.Reason == ""), "its proof");
        await node.WaitAsync(
            () => TableText.Read(node.Runtime.Tables, "probe_status", "source_connector", "info").Any(row =>
                row.Contains("\"process\":\"nginx\"", StringComparison.Ordinal)
                && row.Contains("\"proof\":\"Proved\"", StringComparison.Ordinal)),
            "a row of probe_status");
    }

    /// <summary>Its records go through memory, and the probes that would know them again are kept out.</summary>
    [Fact]
    public async Task Server_WhoseRecordsAreNotRecognised_IsBlindAndTellsWhatToDo()
    {
        Programs.RequireRoot();
        using var certificate = new Certificate();
        await using var node = await Node.StartAsync(("TlsExclude:0", "libcrypto.so.3"));
        await using var server = await HttpServers.PythonAsyncioAsync(Cancelled, certificate.PemFile);
        await node.WaitAsync(() => node.Tls.Any(t => t.ProcessId == server.ProcessId), "probes in the server");
        var endpoint = new Endpoint(server.Port, certificate.PemFile);
        await using var client = ChildProcess.Start(
            Programs.Require("python3", "python3"), [Python.Script("Http/steady.py"), endpoint.Url("/size/20000")]);

        await node.WaitAsync(
            () => node.Tls.Any(t => t.ProcessId == server.ProcessId && t.Proof == TlsProof.Blind), "it is blind");

        var status = node.Tls.First(t => t.ProcessId == server.ProcessId);
        Assert.Contains("TlsExclude", status.Reason, StringComparison.Ordinal);
        Assert.Equal(status.Calls, status.UnlinkedCalls);
    }

    [Fact]
    public async Task Node_ThatStopsDuringASelfTest_EndsItsProcess()
    {
        Programs.RequireRoot();
        using var folder = new TempFolder();
        var path = await OwnLibraries.BuildAsync(folder, "hangs", Cancelled);
        await using var user = LibraryUser.Start(OwnLibraries.Launcher, path);
        await using (var node = await Node.StartAsync())
        {
            await node.WaitAsync(() => node.Tls.Any(t => t.ProcessId == user.Id), "probes in the library");
            await node.WaitAsync(() => SelfTests().Any(), "the process of a self-test");
        }

        Assert.Empty(SelfTests());
    }

    /// <summary>Processes that load files which this process holds open.</summary>
    private static IEnumerable<string> SelfTests() =>
        from folder in Directory.EnumerateDirectories("/proc")
        where uint.TryParse(Path.GetFileName(folder), out _)
        let command = ReadCommand(folder)
        where command.Contains("TlsSelfTest.dll", StringComparison.Ordinal)
            && command.Contains($"/proc/{Environment.ProcessId}/fd/", StringComparison.Ordinal)
        select folder;

    private static string ReadCommand(string folder)
    {
        try
        {
            return File.ReadAllText($"{folder}/cmdline");
        }
        catch (IOException)
        {
            return string.Empty; // gone
        }
    }
}
