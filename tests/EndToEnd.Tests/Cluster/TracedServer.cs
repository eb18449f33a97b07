using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.EndToEnd.Tests.Cluster;

/// <summary>A server, and a silo of a shared cluster that traces this server only, as a node would.</summary>
internal sealed class TracedServer : IAsyncDisposable
{
    private readonly string _membershipFile;
    private SiloProcess? _silo;

    private TracedServer(string name, string membershipFile, HttpServer server) =>
        (Name, _membershipFile, Server) = (name, membershipFile, server);

    /// <summary>Name of the node.</summary>
    public string Name { get; }

    /// <summary>The server, one process.</summary>
    public HttpServer Server { get; }

    /// <summary>The silo that runs, or ran.</summary>
    public SiloProcess Silo => _silo!;

    public static async Task<TracedServer> StartAsync(
        string name, TempFolder folder, CancellationToken cancellationToken)
    {
        var server = await HttpServers.PythonThreadsAsync(cancellationToken);
        var traced = new TracedServer(name, folder.File("members.json"), server);
        try
        {
            await traced.StartSiloAsync(cancellationToken);
            return traced;
        }
        catch
        {
            await traced.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the silo, again under the same name after its end.</summary>
    public async Task StartSiloAsync(CancellationToken cancellationToken)
    {
        if (_silo is { } ended)
        {
            await ended.DisposeAsync();
        }

        _silo = null;
        string[] options =
        [
            "--node", Name,
            "--membership", "file",
            "--membership-file", _membershipFile,
            $"--NodeProbe:ScopePids={Server.ProcessId}",
        ];
        _silo = await SiloProcess.StartAsync(options, cancellationToken);
    }

    /// <summary>Sends the server one request.</summary>
    public async Task RequestAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = Server.Address };
        using var response = await client.GetAsync($"/?node={Name}", cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_silo is { } silo)
        {
            await silo.DisposeAsync();
        }

        await Server.DisposeAsync();
    }
}
