using PixieOrleans.Kernel.Tests.Tls;
using PixieOrleans.NodeProbe.Tests;
using PixieOrleans.NodeProbe.Tls;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Tls.Tests.Life;

/// <summary>A server in a root and a mount namespace of its own, on a library that no path outside leads to.</summary>
public sealed class ChrootTests
{
    private const string LibraryPath = "/mnt/libssl.so.3"; // inside

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Library_InsideAChroot_IsSeenThrough()
    {
        Programs.RequireRoot();
        using var certificate = new Certificate();
        using var copies = new LibraryCopies();
        await using var node = await Node.StartAsync();
        await using var server = await StartAsync(copies, certificate);
        await node.WaitAsync(() => Of(node, server) is { State: TlsState.Attached }, "probes in the server");

        await AskAsync(server, "/inside");

        await node.WaitAsync(() => node.Requests(server.Port).Count > 0, "the server's row");
        Assert.Equal(["200 /inside"], node.Requests(server.Port));
        Assert.EndsWith(LibraryPath, Of(node, server)!.Library, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Library_InsideAChrootThatIsExcluded_IsLeftAloneAndTellsSo()
    {
        Programs.RequireRoot();
        using var certificate = new Certificate();
        using var copies = new LibraryCopies();
        await using var node = await Node.StartAsync(("TlsExclude:0", LibraryPath));
        await using var server = await StartAsync(copies, certificate);
        await node.WaitAsync(() => Of(node, server) is not null, "the server is listed");

        await AskAsync(server, "/unseen");

        await node.WaitAsync(
            () => TableText.Read(node.Runtime.Tables, "tls_events", "local_port", "trace_role")
                .Contains($"{server.Port} 2"),
            "the server's handshake");
        Assert.Empty(node.Requests(server.Port));
        Assert.Equal(TlsState.Excluded, Of(node, server)!.State);
        Assert.Contains("NodeProbe:TlsExclude", Of(node, server)!.Reason, StringComparison.Ordinal);
    }

    private static Task<HttpServer> StartAsync(LibraryCopies copies, Certificate certificate)
    {
        const string Root = "/mnt"; // not below a folder that the test deletes
        string[] launcher =
        [
            Programs.Require("unshare", "util-linux"), "-m", "/bin/sh", "-c",
            $"mount --rbind / {Root} && mount -t tmpfs none {Root}/mnt && cp {copies.Folder}/lib*.so.* {Root}/mnt/ "
                + $"&& LD_LIBRARY_PATH=/mnt exec chroot {Root} \"$@\"",
            "sh",
        ];
        return HttpServers.NginxAsync(Cancelled, certificate.PemFile, launcher);
    }

    private static TlsProcessStatus? Of(Node node, HttpServer server) =>
        node.Tls.FirstOrDefault(t => t.ProcessId == server.ProcessId);

    private static Task<string> AskAsync(HttpServer server, string path) => ChildProcess.RunAsync(
        Programs.Require("curl", "curl"),
        ["-sk", "-o", "/dev/null", new Uri(server.Address, path).AbsoluteUri],
        Cancelled);
}
