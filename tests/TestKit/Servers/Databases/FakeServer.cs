using System.Text.Json;

namespace PixieOrleans.TestKit.Servers.Databases;

/// <summary>
/// A small server made up for tests, where no real one can be installed, for real drivers: it logs what it was asked
/// and what it answered, an array of JSON per request, the port of the client first.
/// </summary>
public sealed class FakeServer : IAsyncDisposable
{
    private readonly ServerProcess _server;

    private FakeServer(ServerProcess server) => _server = server;

    /// <summary>Port on 127.0.0.1.</summary>
    public int Port => _server.Port;

    /// <summary>A node of CQL version 4. Log: port, opcode, text, opcode of the answer.</summary>
    public static Task<FakeServer> CqlAsync(CancellationToken cancellationToken) =>
        StartAsync("fake-cql.py", "json", "python3", cancellationToken);

    /// <summary>A server of MongoDB. Log: port, command, collection, documents, 1 when it went well.</summary>
    public static Task<FakeServer> MongoAsync(CancellationToken cancellationToken) =>
        StartAsync("fake-mongo.py", "bson", "python3-bson", cancellationToken);

    /// <summary>Its log so far: a request is in it before it is answered.</summary>
    public IReadOnlyList<JsonElement> ReadLog() =>
        [.. File.ReadLines(_server.Folder.File("log")).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task<FakeServer> StartAsync(
        string script, string module, string package, CancellationToken cancellationToken)
    {
        var python = await Python.RequireAsync(module, package, cancellationToken);
        var path = Python.Script($"Databases/{script}");
        return new FakeServer(await ServerProcess.StartAsync(
            (port, _) => Task.FromResult<(string, string[])>((python, [path, $"{port}"])), null, cancellationToken));
    }
}
