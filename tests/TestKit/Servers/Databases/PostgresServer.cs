using System.Text.Json;
using System.Text.RegularExpressions;

namespace PixieOrleans.TestKit.Servers.Databases;

/// <summary>One message of a client as PostgreSQL logged it.</summary>
/// <param name="RemotePort">Port of the client.</param>
/// <param name="Application">Name that the client gave itself.</param>
/// <param name="Kind">statement (of a simple query), parse, bind, execute; ERROR; else another line.</param>
/// <param name="Text">Text of the statement.</param>
/// <param name="Parameters">Values of the parameters, null for NULL; empty without.</param>
/// <param name="Code">SQLSTATE of an error.</param>
/// <param name="Message">Text of an error or of another line.</param>
public sealed record PostgresLogRow(
    int RemotePort, string Application, string Kind, string Text, string?[] Parameters, string Code, string Message);

/// <summary>PostgreSQL with a log of every message; user postgres, database postgres.</summary>
public sealed partial class PostgresServer : IAsyncDisposable
{
    private const string Package = "postgresql-15";
    private const string KeyFile = "both.pem";
    private const string User = "postgres"; // the server refuses to run as root
    private static readonly TimeSpan LogDeadline = TimeSpan.FromSeconds(10);

    private readonly ServerProcess _server;

    private PostgresServer(ServerProcess server) => _server = server;

    /// <summary>Port on 127.0.0.1.</summary>
    public int Port => _server.Port;

    /// <summary>The process that all others come from.</summary>
    public int ProcessId => _server.Process.Id;

    private string LogFile => _server.Folder.File("log/messages.json");

    /// <summary>Makes a cluster and starts the server.</summary>
    /// <param name="cancellationToken">Ends the wait early.</param>
    /// <param name="pem">A file with a certificate and its key: TLS for who asks for it.</param>
    public static async Task<PostgresServer> StartAsync(CancellationToken cancellationToken, string? pem = null)
    {
        var setpriv = Programs.Require("setpriv", "util-linux");
        string[] asUser = [$"--reuid={User}", $"--regid={User}", "--clear-groups", "--"];
        var server = await ServerProcess.StartAsync(
            async (port, folder) =>
            {
                var initdb = RequireProgram("initdb");
                var chown = Programs.Require("chown", "coreutils");
                if (pem is not null)
                {
                    string[] mine = ["-o", User, "-m", "400", pem, folder.File(KeyFile)]; // it insists on that
                    await ChildProcess.RunAsync(Programs.Require("install", "coreutils"), mine, cancellationToken);
                }

                await ChildProcess.RunAsync(chown, [$"{User}:{User}", folder.Path], cancellationToken);
                string[] make = [initdb, "-D", folder.File("data"), "-A", "trust", "--no-sync", "-E", "UTF8"];
                await ChildProcess.RunAsync(setpriv, [.. asUser, .. make], cancellationToken);
                return (setpriv, [.. asUser, RequireProgram("postgres"), .. Arguments(port, folder, pem)]);
            },
            port => IsReadyAsync(port, cancellationToken),
            cancellationToken);
        return new PostgresServer(server);
    }

    /// <summary>Path of a program of the server's package; its absence skips the test.</summary>
    public static string RequireProgram(string name)
    {
        var path = Path.Combine("/usr/lib/postgresql/15/bin", name);
        return File.Exists(path) ? path : throw Programs.Skip($"{path} is missing: apt-get install {Package}");
    }

    /// <summary>What libpq's programs take in place of a database's name.</summary>
    /// <param name="application">Name that the client gives itself.</param>
    /// <param name="more">Further settings, such as "sslmode=prefer", which ask for encryption first.</param>
    public string Connection(string application, string more = "sslmode=disable") =>
        $"host=127.0.0.1 port={Port} user=postgres dbname=postgres application_name={application} {more}";

    /// <summary>Runs psql and returns its output.</summary>
    public Task<string> PsqlAsync(string application, string[] arguments, CancellationToken cancellationToken) =>
        ChildProcess.RunAsync(
            RequireProgram("psql"), ["-X", "-q", "-d", Connection(application), .. arguments], cancellationToken);

    /// <summary>All that an application did, from the log, in the log's order.</summary>
    public async Task<IReadOnlyList<PostgresLogRow>> ReadLogAsync(
        string application, CancellationToken cancellationToken)
    {
        // A line that comes after all others: lines of different sessions are written in order.
        var mark = $"select 'mark {Guid.NewGuid()}'";
        await PsqlAsync("mark", ["-c", mark], cancellationToken);
        IReadOnlyList<PostgresLogRow> log = [];
        await Poll.UntilAsync(
            () =>
            {
                log = [.. File.ReadLines(LogFile).Where(line => line.EndsWith('}')).Select(Parse)];
                return Task.FromResult(log.Any(row => row.Text == mark));
            },
            LogDeadline,
            () => $"{LogFile} holds {mark}",
            cancellationToken);
        return [.. log.Where(row => row.Application == application)];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.Process.SignalAsync("INT", CancellationToken.None); // does not wait for clients, as SIGTERM would
        await _server.DisposeAsync();
    }

    // Durations tell parse, bind and execute apart, which log_statement does not.
    private static string[] Arguments(int port, TempFolder folder, string? pem) =>
    [
        "-D", folder.File("data"), "-c", $"port={port}", "-c", "listen_addresses=127.0.0.1",
        "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "log_min_duration_statement=0",
        "-c", "logging_collector=on", "-c", "log_destination=jsonlog", "-c", $"log_directory={folder.File("log")}",
        "-c", "log_filename=messages.log", "-c", "shared_preload_libraries=pg_stat_statements",
        "-c", "autovacuum=off", "-c", "jit=off", "-c", "timezone=UTC",
        .. pem is null ? Array.Empty<string>() :
        [
            "-c", "ssl=on", "-c", $"ssl_cert_file={folder.File(KeyFile)}",
            "-c", $"ssl_key_file={folder.File(KeyFile)}",
        ],
    ];

    private static async Task<bool> IsReadyAsync(int port, CancellationToken cancellationToken)
    {
        await using var ready = ChildProcess.Start(
            RequireProgram("pg_isready"), ["-q", "-h", "127.0.0.1", "-p", $"{port}"]);
        await ready.WaitForExitAsync(cancellationToken);
        return ready.ExitCode == 0;
    }

    private static PostgresLogRow Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        var (message, severity) = (Text(root, "message"), Text(root, "error_severity"));
        var match = MessageLine().Match(message);
        return new PostgresLogRow(
            root.TryGetProperty("remote_port", out var port) ? port.GetInt32() : 0,
            Text(root, "application_name"),
            match.Success ? match.Groups["kind"].Value : severity,
            match.Success ? match.Groups["text"].Value : Text(root, "statement"),
            Parameters(Text(root, "detail")),
            Text(root, "state_code"),
            message);
    }

    private static string Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) ? value.GetString()! : "";

    private static string?[] Parameters(string detail) =>
    [
        .. ParameterValue().Matches(detail).Select(match => match.Groups["null"].Success
            ? null
            : match.Groups["text"].Value.Replace("''", "'", StringComparison.Ordinal)),
    ];

    [GeneratedRegex(
        @"^duration: [\d.]+ ms  (?<kind>statement|parse|bind|execute)( [^:]*)?: (?<text>.*)$", RegexOptions.Singleline)]
    private static partial Regex MessageLine();

    [GeneratedRegex(@"\$\d+ = ((?<null>NULL)|'(?<text>([^']|'')*)')", RegexOptions.Singleline)]
    private static partial Regex ParameterValue();
}
