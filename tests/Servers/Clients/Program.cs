// .NET's clients for tests, as a process of their own, on one connection: pgsql|mysql|redis PORT plain|tls STATEMENT…,
// where a statement that fails does not end it; nats PORT SUBJECT plain|tls TEXT…. Any certificate is taken.
using System.Data.Common;
using System.Globalization;
using MySqlConnector;
using Npgsql;
using StackExchange.Redis;

var port = int.Parse(args[1], CultureInfo.InvariantCulture);
var secure = args[2] == "tls";
var statements = args[3..];
switch (args[0])
{
    case "pgsql":
        await using (var connection = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;Pooling=false;Application Name=clients;"
            + $"SSL Mode={(secure ? "Require" : "Disable")};Trust Server Certificate=true"))
        {
            await AskAsync(connection, statements);
        }

        break;
    case "mysql":
        await using (var connection = new MySqlConnection(
            $"Server=127.0.0.1;Port={port};User ID=root;Pooling=false;SslMode={(secure ? "Required" : "Disabled")}"))
        {
            await AskAsync(connection, statements);
        }

        break;
    case "nats":
        await NatsLines.RunAsync(port, args[2], args[3] == "tls", args[4..]);
        break;
    default:
        await AskRedisAsync(port, secure, statements);
        break;
}

static async Task AskAsync(DbConnection connection, string[] statements)
{
    await connection.OpenAsync();
    foreach (var statement in statements)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        try
        {
            await command.ExecuteScalarAsync();
        }
        catch (DbException error) when (error.SqlState is not null)
        {
            Console.WriteLine(error.Message);
        }
    }
}

static async Task AskRedisAsync(int port, bool secure, string[] statements)
{
    var options = new ConfigurationOptions { Ssl = secure, ClientName = "clients" };
    options.EndPoints.Add("127.0.0.1", port);
    options.CertificateValidation += (_, certificate, _, _) => certificate is not null;
    await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
    foreach (var words in statements.Select(s => s.Split(' ')))
    {
        await connection.GetDatabase().ExecuteAsync(words[0], [.. words[1..]]);
    }
}
