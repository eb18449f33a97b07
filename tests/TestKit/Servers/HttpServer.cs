namespace PixieOrleans.TestKit.Servers;

/// <summary>A real HTTP/1.1 server on a loopback port of its own, in a folder of its own, with an access log.</summary>
public sealed class HttpServer : IAsyncDisposable
{
    private readonly ServerProcess _server;

    private HttpServer(ServerProcess server, string scheme, AccessLog log) =>
        (_server, Address, Log) = (server, new Uri($"{scheme}://127.0.0.1:{server.Port}"), log);

    /// <summary>Port on 127.0.0.1.</summary>
    public int Port => _server.Port;

    /// <summary>Address without a path.</summary>
    public Uri Address { get; }

    /// <summary>What the server says that it did.</summary>
    public AccessLog Log { get; }

    /// <summary>Process id of the server, of its parent when it has workers.</summary>
    public int ProcessId => _server.Process.Id;

    /// <summary>Processor time that the server and its workers have used.</summary>
    public TimeSpan CpuTime => _server.Process.CpuTime;

    /// <summary>Files that the server serves (nginx and apache).</summary>
    public string Root => _server.Folder.Path;

    /// <summary>Prepares a folder, starts the server and waits until it accepts connections.</summary>
    /// <param name="command">Gives the program and its arguments, from the port and the folder.</param>
    /// <param name="durationUnit">Unit of durations in the access log, which is the file "access.log".</param>
    /// <param name="cancellationToken">Ends the wait early.</param>
    /// <param name="scheme">http or https.</param>
    public static async Task<HttpServer> StartAsync(
        Func<int, TempFolder, (string Program, string[] Arguments)> command,
        TimeSpan durationUnit,
        CancellationToken cancellationToken,
        string scheme = "http")
    {
        var server = await ServerProcess.StartAsync(
            (port, folder) => Task.FromResult(command(port, folder)), null, cancellationToken);
        return new HttpServer(server, scheme, new AccessLog(server.Folder.File("access.log"), durationUnit));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
