using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Tls;

/// <summary>TLS libraries beside Debian's OpenSSL: a node's rows are those of the same load in plain text.</summary>
public sealed class LibrariesTests(LibrariesTests.Shared shared) : IClassFixture<LibrariesTests.Shared>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("lighttpd gnutls", "GnuTLS 3.")]
    [InlineData("lighttpd mbedtls", "")]
    [InlineData("lighttpd wolfssl", "wolfSSL 5.")]
    [InlineData("lighttpd nss", "NSS 3.")]
    [InlineData("nginx bullseye", "OpenSSL 1.1.1")]
    [InlineData("nginx trixie", "OpenSSL 3.5.")]
    [InlineData("openssl_http boringssl", "BoringSSL")]
    public Task Server_OverTls_GivesTheRowsOfPlainText(string name, string version) =>
        CompareServerAsync(name, version);

    [Theory]
    [InlineData("wget")]
    [InlineData("libcurl gnutls")]
    [InlineData("libcurl nss")]
    [InlineData("curl bullseye")]
    [InlineData("curl trixie")]
    [InlineData("openssl_http boringssl")]
    public Task Client_OverTls_GivesTheRowsOfPlainText(string name) => CompareClientAsync(name);

    /// <summary>Targets that take long to fetch or build; ./soak tls-libs prepares them.</summary>
    [Theory]
    [InlineData("nginx sid", "OpenSSL 3.")]
    [InlineData("node 10.9.0", "OpenSSL 1.1.0")]
    [InlineData("node 12.22.12", "OpenSSL 1.1.1")]
    [InlineData("node 14.21.3", "OpenSSL 1.1.1")]
    [InlineData("node 16.20.2", "OpenSSL 1.1.1")]
    [InlineData("node 22.12.0", "OpenSSL 3.0")]
    [InlineData("node 24.0.0", "OpenSSL 3.0")]
    [InlineData("node 26.10.0", "OpenSSL 3.5")]
    [InlineData("openssl_http boringssl static", "BoringSSL")]
    [InlineData("rustls 0.20", "rustls 0.20")]
    [InlineData("rustls 0.20 async", "rustls 0.20")]
    [InlineData("rustls 0.23", "rustls 0.22")]
    [InlineData("rustls 0.23 async", "rustls 0.22")]
    public Task Server_OfTheLongList_GivesTheRowsOfPlainText(string name, string version) =>
        CompareServerAsync(name, version);

    /// <summary>The same.</summary>
    [Theory]
    [InlineData("curl sid")]
    [InlineData("node 10.9.0")]
    [InlineData("node 12.22.12")]
    [InlineData("node 14.21.3")]
    [InlineData("node 16.20.2")]
    [InlineData("node 22.12.0")]
    [InlineData("node 24.0.0")]
    [InlineData("node 26.10.0")]
    [InlineData("openssl_http boringssl static")]
    [InlineData("rustls 0.20")]
    [InlineData("rustls 0.20 async")]
    [InlineData("rustls 0.23")]
    [InlineData("rustls 0.23 async")]
    public Task Client_OfTheLongList_GivesTheRowsOfPlainText(string name) => CompareClientAsync(name);

    private async Task CompareServerAsync(string name, string version)
    {
        var node = await shared.NodeAsync();
        Task<HttpServer> StartAsync(string? pem) => LibraryPeers.ServerAsync(name, pem, Cancelled);

        var plain = await TlsRuns.OfServerAsync(node, StartAsync, "curl", null);
        var encrypted = await TlsRuns.OfServerAsync(node, StartAsync, "curl", shared.PemFile, version);

        Assert.Equal(TlsRuns.Paths.Length, plain.Count);
        Assert.Equal(plain, encrypted);
    }

    private async Task CompareClientAsync(string name)
    {
        var node = await shared.NodeAsync();
        // A small program is gone before it is looked at: its server is the same program, which has its probes.
        Task<HttpServer> StartAsync(string? pem) => name.StartsWith("openssl_http", StringComparison.Ordinal)
            ? LibraryPeers.ServerAsync(name, pem, Cancelled)
            : HttpServers.NginxAsync(Cancelled, pem);
        Task AskAsync(Uri[] addresses) => LibraryPeers.AskAsync(name, addresses, Cancelled);

        var plain = await TlsRuns.OfClientAsync(node, StartAsync, AskAsync, null);
        var encrypted = await TlsRuns.OfClientAsync(node, StartAsync, AskAsync, shared.PemFile);

        Assert.Equal(TlsRuns.Paths.Length, plain.Count);
        if (name.Contains("async", StringComparison.Ordinal)) // all at once
        {
            (plain, encrypted) = ([.. plain.Order()], [.. encrypted.Order()]);
        }

        Assert.Equal(plain, encrypted);
    }

    /// <summary>One node for all: rows are told apart by the server's port.</summary>
    public sealed class Shared : IAsyncDisposable
    {
        private readonly Certificate _certificate = new();
        private Node? _node;

        public string PemFile => _certificate.PemFile;

        public async ValueTask DisposeAsync()
        {
            await (_node?.DisposeAsync() ?? ValueTask.CompletedTask);
            _certificate.Dispose();
        }

        internal async Task<Node> NodeAsync()
        {
            Programs.RequireRoot();
            return _node ??= await Node.StartAsync();
        }
    }
}
