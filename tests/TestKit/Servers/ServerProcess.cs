using System.Net;
using System.Net.Sockets;

namespace PixieOrleans.TestKit.Servers;

/// <summary>A real server on a loopback port of its own, in a folder of its own; both end with the test.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);

    private ServerProcess(int port, TempFolder folder, ChildProcess process) =>
        (Port, Folder, Process) = (port, folder, process);

    /// <summary>Port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Files of the server.</summary>
    public TempFolder Folder { get; }

    /// <summary>The process.</summary>
    public ChildProcess Process { get; }

    /// <summary>Prepares a folder, starts the server and waits until it is ready.</summary>
    /// <param name="command">Gives the program and its arguments, from the port and the folder.</param>
    /// <param name="ready">True when the server can be used; without it, when its port accepts connections.</param>
    /// <param name="cancellationToken">Ends the wait early.</param>
    public static async Task<ServerProcess> StartAsync(
        Func<int, TempFolder, Task<(string Program, string[] Arguments)>> command,
        Func<int, Task<bool>>? ready,
        CancellationToken cancellationToken)
    {
        var folder = new TempFolder();
        var port = FreePort.Next();
        ChildProcess process;
        try
        {
            var (program, arguments) = await command(port, folder);
            process = ChildProcess.Start(program, arguments, folder.Path);
        }
        catch
        {
            folder.Dispose();
            throw;
        }

        var server = new ServerProcess(port, folder, process);
        try
        {
            await server.WaitReadyAsync(ready ?? (p => AcceptsAsync(p, cancellationToken)), cancellationToken);
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
        await Process.StopAsync(CancellationToken.None);
        await Process.DisposeAsync();
        Folder.Dispose();
    }

    private static async Task<bool> AcceptsAsync(int port, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException) // not listening yet
        {
            return false;
        }
    }

    private Task WaitReadyAsync(Func<int, Task<bool>> ready, CancellationToken cancellationToken) => Poll.UntilAsync(
        () => Process.HasExited
            ? throw new InvalidOperationException($"the server ended with {Process.ExitCode}: {Process.Output}")
            : ready(Port),
        StartDeadline,
        () => $"the server on port {Port} is ready; output: {Process.Output}",
        cancellationToken);
}
