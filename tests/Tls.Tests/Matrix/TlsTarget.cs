using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Tls.Tests.Matrix;

/// <summary>A program that uses a TLS library, at one end of a connection or at both.</summary>
/// <param name="Name">Such as "nginx"; with the version where there are several.</param>
/// <param name="Library">The file that holds the TLS library; what is missing skips the test.</param>
internal sealed record TlsTarget(string Name, Func<CancellationToken, Task<string>> Library)
{
    /// <summary>The program in tables, where targets differ by the version of its library alone.</summary>
    public string Program { get; init; } = Name;

    /// <summary>What it serves.</summary>
    public IReadOnlyList<TlsServer> Servers { get; init; } = [];

    /// <summary>What it asks for.</summary>
    public IReadOnlyList<TlsClient> Clients { get; init; } = [];

    /// <summary>True: only in the long runs, because it is slow to install or to start.</summary>
    public bool IsLong { get; init; }
}

/// <summary>A server of a load.</summary>
/// <param name="Load">What it answers.</param>
/// <param name="StartAsync">Starts it, in plain text and over TLS; what is missing skips the test.</param>
internal sealed record TlsServer(TlsLoad Load, Func<Certificate, CancellationToken, Task<RunningServer>> StartAsync)
{
    /// <summary>A program that has to be started twice, once for each way.</summary>
    /// <param name="load">What it answers.</param>
    /// <param name="start">Starts it: with a file of certificate and key over TLS, with null in plain text.</param>
    public static TlsServer Twice(TlsLoad load, Func<string?, CancellationToken, Task<RunningProcess>> start) =>
        new(load, async (certificate, cancellationToken) =>
        {
            var plain = await start(null, cancellationToken);
            try
            {
                var secure = await start(certificate.PemFile, cancellationToken);
                return new RunningServer(plain.Port, secure.Port, plain.Owner, secure.Owner);
            }
            catch
            {
                await plain.Owner.DisposeAsync();
                throw;
            }
        });
}

/// <summary>A client of a load.</summary>
/// <param name="Load">What it asks for.</param>
/// <param name="RunAsync">Asks for all of it on one connection and ends; it trusts any certificate.</param>
internal sealed record TlsClient(TlsLoad Load, Func<Endpoint, CancellationToken, Task> RunAsync);

/// <summary>Where a client connects.</summary>
/// <param name="Port">Of 127.0.0.1.</param>
/// <param name="PemFile">Certificate and key of the server; null: plain text.</param>
internal sealed record Endpoint(int Port, string? PemFile)
{
    /// <summary>True: over TLS.</summary>
    public bool IsSecure => PemFile is not null;

    /// <summary>The address of a path.</summary>
    public string Url(string path) => $"{(IsSecure ? "https" : "http")}://127.0.0.1:{Port}{path}";
}

/// <summary>A process with a port of 127.0.0.1.</summary>
internal sealed record RunningProcess(int Port, IAsyncDisposable Owner)
{
    /// <summary>Of a server of HTTP.</summary>
    public static async Task<RunningProcess> OfAsync(Task<HttpServer> starting)
    {
        var server = await starting;
        return new RunningProcess(server.Port, server);
    }

    /// <summary>Of any other server.</summary>
    public static async Task<RunningProcess> OfAsync(Task<ServerProcess> starting)
    {
        var server = await starting;
        return new RunningProcess(server.Port, server);
    }
}

/// <summary>A server that can be asked both ways.</summary>
internal sealed class RunningServer(int plainPort, int securePort, params IAsyncDisposable[] owners) : IAsyncDisposable
{
    /// <summary>Port in plain text.</summary>
    public int PlainPort => plainPort;

    /// <summary>Port over TLS; may be the same.</summary>
    public int SecurePort => securePort;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var owner in owners)
        {
            await owner.DisposeAsync();
        }
    }
}
