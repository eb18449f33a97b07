using PixieOrleans.Kernel.Tests.Tls;
using PixieOrleans.NodeProbe.Tls;
using PixieOrleans.TestKit.Servers;
using PixieOrleans.Tls.Tests.Matrix;
using PixieOrleans.Tls.Tests.Targets;

namespace PixieOrleans.Tls.Tests.Life;

/// <summary>Processes whose TLS cannot be seen through: the status says why, and what to do.</summary>
public sealed class UnseenTests
{
    private const string Java =
        """
        import javax.net.ssl.*;
        import java.security.cert.X509Certificate;
        public class Client {
            public static void main(String[] arguments) throws Exception {
                TrustManager any = new X509TrustManager() {
                    public void checkClientTrusted(X509Certificate[] chain, String type) { }
                    public void checkServerTrusted(X509Certificate[] chain, String type) { }
                    public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
                };
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(null, new TrustManager[] { any }, null);
                SSLSocket socket = (SSLSocket) context.getSocketFactory()
                    .createSocket("127.0.0.1", Integer.parseInt(arguments[0]));
                socket.startHandshake();
                System.in.read();
            }
        }
        """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Java_WithATlsConnection_IsToldToBeUnseen()
    {
        Programs.RequireRoot();
        var java = Programs.Require("java", "openjdk-17-jdk-headless");
        using var certificate = new Certificate();
        using var folder = new TempFolder();
        await using var node = await Node.StartAsync();
        await using var server = await HttpServers.NginxAsync(Cancelled, certificate.PemFile);
        var source = folder.Write("Client.java", Java);

        await using var client = ChildProcess.Start(java, [source, $"{server.Port}"], withInput: true);

        await node.WaitAsync(
            () => client.HasExited || Of(node, client.Id).Any(t => t.State == TlsState.Unknown),
            "the status of the Java process");
        Assert.False(client.HasExited, client.Output);
        Assert.Contains("JSSE", Of(node, client.Id).Single().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StaticOpenSsl_WithoutSymbols_IsToldToBeUnseen()
    {
        Programs.RequireRoot();
        var program = await TlsProgram.StrippedOpenSsl.RequireAsync(Cancelled);
        using var certificate = new Certificate();
        await using var node = await Node.StartAsync();
        await using var server = await HttpServer.StartAsync(
            (port, _) => (program, ["server", $"{port}", certificate.PemFile]), TimeSpan.FromSeconds(1), Cancelled);

        await WebClients.Curl(TlsLoad.Http1).RunAsync(new Endpoint(server.Port, certificate.PemFile), Cancelled);
        await using var client = ChildProcess.Start( // holds its connection while the status is made
            Programs.Require("openssl", "openssl"),
            ["s_client", "-quiet", "-connect", $"127.0.0.1:{server.Port}"],
            withInput: true);

        await node.WaitAsync(
            () => Of(node, server.ProcessId).Any(t => t.State == TlsState.Unknown), "the status of the server");
        var status = Of(node, server.ProcessId).Single();
        Assert.StartsWith("OpenSSL", status.Reason, StringComparison.Ordinal);
        Assert.Contains("strip", status.Reason, StringComparison.Ordinal);
    }

    private static IEnumerable<TlsProcessStatus> Of(Node node, int processId) =>
        node.Tls.Where(t => t.ProcessId == processId);
}
