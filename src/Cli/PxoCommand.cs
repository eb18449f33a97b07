using System.CommandLine;
using System.Text.Json;
using PixieOrleans.Cli.Nodes;
using PixieOrleans.Cli.Profiles;
using PixieOrleans.Cli.Query;
using PixieOrleans.Cli.Replays;
using PixieOrleans.Cli.Scripts;
using PixieOrleans.Cli.Server;
using PixieOrleans.Cli.Status;
using PixieOrleans.Cli.Tables;
using PixieOrleans.Cli.Terminals;
using PixieOrleans.Cli.Versions;

namespace PixieOrleans.Cli;

/// <summary>The command line: sub-commands, common options, errors as exit codes.</summary>
internal static class PxoCommand
{
    private const string Description = """
        Asks a PixieOrleans silo what the services of its nodes are doing.

        Examples:
          pxo tables                            what can be asked
          pxo tables http_events                the columns of a table
          pxo scripts list                      scripts that can be run by name
          pxo run px/http_data -- --start_time=-10m
          pxo run -f examples/http.pxl          run a script of one's own, print a table
          pxo run -f - -o json < script.pxl     script from stdin, one JSON object per row
          pxo run -e "import px; px.display(px.DataFrame('http_events').head(5))"
          pxo replay shop.pcapng px/http_data   the same questions to a capture, without a silo
          pxo profile -o cpu.svg                a flame graph of the last 5 minutes
          pxo status                            probes, hooks, losses, budgets

        Exit codes: 0 done, 1 the query or the server failed, 2 wrong usage, 3 no silo answers.
        """;

    /// <summary>Runs one command line and returns the exit code.</summary>
    public static async Task<int> RunAsync(
        string[] args, Terminal terminal, CancellationToken cancellationToken = default)
    {
        var parsed = Create(terminal).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                terminal.Error.WriteLine(error.Message);
            }

            terminal.Error.WriteLine("See: pxo --help");
            return ExitCodes.Usage;
        }

        try
        {
            var streams = new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
            };
            return await parsed.InvokeAsync(streams, cancellationToken);
        }
        catch (Exception error)
        {
            return Report(error, terminal);
        }
    }

    private static RootCommand Create(Terminal terminal)
    {
        var server = new Option<string?>("--server", "-s")
        {
            Description = $"Address of the silo's API; default $PXO_SERVER or {SiloAddress.Default}",
            HelpName = "url",
            Recursive = true,
        };
        Func<ParseResult, SiloClient> connect = result =>
            new SiloClient(SiloAddress.Resolve(result.GetValue(server), terminal.Variable));
        return new RootCommand(Description)
        {
            Options = { server },
            Subcommands =
            {
                RunCommand.Create(terminal, connect),
                ScriptsCommand.Create(terminal, connect),
                TablesCommand.Create(terminal, connect),
                NodesCommand.Create(terminal, connect),
                ProfileCommand.Create(terminal, connect),
                StatusCommand.Create(terminal, connect),
                ReplayCommand.Create(terminal),
                VersionCommand.Create(terminal),
            },
        };
    }

    private static int Report(Exception error, Terminal terminal)
    {
        switch (error)
        {
            case SiloUnreachableException:
                terminal.Error.WriteLine(error.Message);
                return ExitCodes.Unreachable;
            case UsageException:
                terminal.Error.WriteLine(error.Message);
                return ExitCodes.Usage;
            case ServerException or TimeoutException or IOException or UnauthorizedAccessException:
                terminal.Error.WriteLine(error.Message);
                return ExitCodes.Failed;
            case JsonException: // another program listens there
                terminal.Error.WriteLine("What answers there is no silo: its answer cannot be read. See --server.");
                return ExitCodes.Failed;
            case OperationCanceledException:
                return ExitCodes.Interrupted;
            default:
                terminal.Error.WriteLine($"Unexpected error, please report it: {error}");
                return ExitCodes.Failed;
        }
    }
}
