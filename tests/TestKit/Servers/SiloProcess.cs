namespace PixieOrleans.TestKit.Servers;

/// <summary>A real silo with probes, as a process of its own with ports of its own.</summary>
public sealed class SiloProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder;

    private SiloProcess(TempFolder folder, ChildProcess process, PxoClient client) =>
        (_folder, Process, Client) = (folder, process, client);

    /// <summary>The process: CPU time, resident bytes, output.</summary>
    public ChildProcess Process { get; }

    /// <summary>Client of the silo's REST API.</summary>
    public PxoClient Client { get; }

    /// <summary>Starts the built silo and waits until it is ready.</summary>
    /// <param name="options">Further flags, such as "--NodeProbe:Shards=2".</param>
    /// <param name="cancellationToken">Ends the wait early.</param>
    public static async Task<SiloProcess> StartAsync(
        IReadOnlyList<string> options, CancellationToken cancellationToken)
    {
        Programs.RequireRoot();
        var program = Programs.RequireBuilt("PixieOrleans.Silo", "pixie-silo");
        var ports = FreePort.Next(3);
        string[] arguments =
        [
            "--port", $"{ports[0]}",
            "--silo-port", $"{ports[1]}",
            "--gateway-port", $"{ports[2]}",
            "--node", $"test-{ports[0]}",
            .. options,
        ];
        var folder = new TempFolder();
        var process = ChildProcess.Start(program, arguments, folder.Path);
        var silo = new SiloProcess(folder, process, new PxoClient(new Uri($"http://127.0.0.1:{ports[0]}")));
        try
        {
            await Poll.UntilAsync(
                () => silo.IsReadyAsync(cancellationToken),
                StartDeadline,
                () => $"the silo is ready; output: {process.Output}",
                cancellationToken);
            return silo;
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the silo gracefully and returns its exit code.</summary>
    public Task<int> StopAsync(CancellationToken cancellationToken) => Process.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited)
        {
            await Process.StopAsync(CancellationToken.None);
        }

        await Process.DisposeAsync();
        Client.Dispose();
        _folder.Dispose();
    }

    private Task<bool> IsReadyAsync(CancellationToken cancellationToken) => Process.HasExited
        ? throw new InvalidOperationException($"the silo ended with {Process.ExitCode}: {Process.Output}")
        : Client.IsReadyAsync(cancellationToken);
}
