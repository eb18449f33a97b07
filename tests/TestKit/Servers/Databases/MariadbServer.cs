using System.Text.Json;

namespace PixieOrleans.TestKit.Servers.Databases;

/// <summary>A command as MariaDB's general log has it.</summary>
/// <param name="Thread">The connection.</param>
/// <param name="Command">Name of the command, such as Query, Prepare, Execute.</param>
/// <param name="Text">Its argument; of an execute, with the values in place of the question marks.</param>
public sealed record MariadbLogRow(long Thread, string Command, string Text);

/// <summary>MariaDB with its general log on; user root without a password, database test.</summary>
public sealed class MariadbServer : IAsyncDisposable
{
    private const string Package = "mariadb-server";

    private readonly ServerProcess _server;

    private MariadbServer(ServerProcess server) => _server = server;

    /// <summary>Port on 127.0.0.1.</summary>
    public int Port => _server.Port;

    /// <summary>Makes the data folder and starts the server.</summary>
    /// <param name="cancellationToken">Ends the wait early.</param>
    /// <param name="pem">A file with a certificate and its key: TLS for who asks for it.</param>
    public static async Task<MariadbServer> StartAsync(CancellationToken cancellationToken, string? pem = null)
    {
        var mariadbd = Programs.Require("mariadbd", Package);
        var install = Programs.Require("mariadb-install-db", Package);
        var server = await ServerProcess.StartAsync(
            async (port, folder) =>
            {
                string[] common = ["--no-defaults", "--user=root", $"--datadir={folder.File("data")}"];
                await ChildProcess.RunAsync(
                    install,
                    [.. common, "--auth-root-authentication-method=normal", "--skip-test-db"],
                    cancellationToken);
                string[] tls = pem is null ? [] : [$"--ssl-cert={pem}", $"--ssl-key={pem}"];
                return (mariadbd, [.. common, .. Arguments(port, folder), .. tls]);
            },
            null,
            cancellationToken);
        var started = new MariadbServer(server);
        await started.ClientAsync(["-e", "create database test"], cancellationToken);
        return started;
    }

    /// <summary>Runs the server's own client and returns the end of its output.</summary>
    public Task<string> ClientAsync(string[] arguments, CancellationToken cancellationToken) => ChildProcess.RunAsync(
        Programs.Require("mariadb", "mariadb-client"), [.. ClientArguments, .. arguments], cancellationToken);

    /// <summary>Runs a script in the server's own client, going on after errors.</summary>
    public Task<string> ScriptAsync(string script, CancellationToken cancellationToken) =>
        ClientAsync(["-f", "test", "-e", $"source {_server.Folder.Write("script.sql", script)}"], cancellationToken);

    /// <summary>The whole log, the statement that reads it included, in order.</summary>
    public async Task<IReadOnlyList<MariadbLogRow>> ReadLogAsync(CancellationToken cancellationToken)
    {
        const string Statement =
            "select json_array(thread_id, command_type, convert(argument using utf8mb4)) from mysql.general_log";
        var file = _server.Folder.File("log.jsonl");
        var client = Programs.Require("mariadb", "mariadb-client");
        string[] arguments = [.. ClientArguments, "-N", "-B", "--raw", "-e", $"\"{Statement}\""];
        await ChildProcess.RunAsync(
            Programs.Require("sh", "dash"),
            ["-c", $"{client} {string.Join(' ', arguments)} > {file}"],
            cancellationToken);
        return [.. File.ReadLines(file).Select(Parse)];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private string[] ClientArguments =>
        ["--no-defaults", "-h127.0.0.1", $"-P{Port}", "-uroot", "--skip-ssl", "--default-character-set=utf8mb4"];

    private static string[] Arguments(int port, TempFolder folder) =>
    [
        "--bind-address=127.0.0.1", $"--port={port}", $"--socket={folder.File("socket")}",
        $"--pid-file={folder.File("pid")}", "--skip-name-resolve", "--general-log=1", "--log-output=TABLE",
        "--character-set-server=utf8mb4", "--innodb-buffer-pool-size=16M", "--innodb-flush-log-at-trx-commit=0",
        "--max-allowed-packet=64M",
    ];

    private static MariadbLogRow Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var cells = document.RootElement;
        return new MariadbLogRow(cells[0].GetInt64(), cells[1].GetString()!, cells[2].GetString()!);
    }
}
