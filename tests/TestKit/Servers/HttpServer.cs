using System.Net;
using System.Net.Sockets;

namespace PixieOrleans.TestKit.Servers;

/// <summary>A real HTTP/1.1 server on a loopback port of its own, in a folder of its own, with an access log.</summary>
public sealed class HttpServer : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(20);

    private readonly TempFolder _folder;
    private readonly ChildProcess _process;

    private HttpServer(int port, TempFolder folder, ChildProcess process, AccessLog log) =>
        (Port, _folder, _process, Log) = (port, folder, process, log);

    /// <summary>Port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Address without a path.</summary>
    public Uri Address => new($"http://127.0.0.1:{Port}");

    /// <summary>What the server says that it did.</summary>
    public AccessLog Log { get; }

    /// <summary>Process id of the server, of its parent when it has workers.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Processor time that the server and its workers have used.</summary>
    public TimeSpan CpuTime => _process.CpuTime;

    /// <summary>Files that the server serves (nginx and apache).</summary>
    public string Root => _folder.Path;

    /// <summary>Prepares a folder, starts the server and waits until it accepts connections.</summary>
    /// <param name="command">Gives the program and its arguments, from the port and the folder.</param>
    /// <param name="durationUnit">Unit of durations in the access log, which is the file "access.log".</param>
    /// <param name="cancellationToken">Ends the wait early.</param>
    public static async Task<HttpServer> StartAsync(
        Func<int, TempFolder, (string Program, string[] Arguments)> command,
        TimeSpan durationUnit,
        CancellationToken cancellationToken)
    {
        var folder = new TempFolder();
        var port = FreePort.Next();
        ChildProcess process;
        try
        {
            var (program, arguments) = command(port, folder);
            process = ChildProcess.Start(program, arguments, folder.Path);
        }
        catch
        {
            folder.Dispose();
            throw;
        }

        var server = new HttpServer(port, folder, process, new AccessLog(folder.File("access.log"), durationUnit));
        try
        {
            await server.WaitReadyAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync(CancellationToken.None);
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task WaitReadyAsync(CancellationToken cancellationToken) => await Poll.UntilAsync(
        async () =>
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"the server ended with {_process.ExitCode}: {_process.Output}");
            }

            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
                return true;
            }
            catch (SocketException) // not listening yet
            {
                return false;
            }
        },
        StartDeadline,
        () => $"port {Port} accepts connections; output: {_process.Output}",
        cancellationToken);
}
