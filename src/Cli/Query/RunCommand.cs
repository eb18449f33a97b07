using System.CommandLine;
using PixieOrleans.Cli.Server;
using PixieOrleans.Cli.Terminals;

namespace PixieOrleans.Cli.Query;

/// <summary>`pxo run`: runs a script and prints its tables.</summary>
internal static class RunCommand
{
    private const string Description = """
        Run a PxL script and print its result tables.

        Examples:
          pxo run px/http_data -- --start_time=-10m    a script of the library (pxo scripts list)
          pxo run px/http_data -- --help               its arguments
          pxo run -f examples/http.pxl                 a vis.json beside the file tells its arguments
          pxo run -f - -o csv < script.pxl > rows.csv
          pxo run -f slow.pxl --timeout 5s -o json | jq .req_path
        """;

    /// <summary>The sub-command.</summary>
    public static Command Create(Terminal terminal, Func<ParseResult, SiloClient> connect)
    {
        var options = new RunOptions();
        var command = new Command("run", Description);
        options.AddTo(command);
        command.SetAction((result, cancellationToken) =>
            RunAsync(result, options, terminal, connect, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult result,
        RunOptions options,
        Terminal terminal,
        Func<ParseResult, SiloClient> connect,
        CancellationToken cancellationToken)
    {
        var arguments = ScriptArguments.Parse(result.GetValue(options.Script) ?? []);
        var script = await ScriptInput.ReadAsync(
            arguments.Name, result.GetValue(options.File), result.GetValue(options.Text), terminal, cancellationToken);
        using var client = connect(result);
        if (arguments.Help)
        {
            ScriptArguments.Write(terminal, await script.ArgumentsAsync(client, cancellationToken));
            return ExitCodes.Ok;
        }

        var output = result.GetValue(options.Output)!;
        var request = options.Complete(script.ToRequest(arguments.Values), result);
        if (output == "csv" && (request.Explain || request.Analyze))
        {
            throw new UsageException("csv has no place for the plan: use -o table or -o json");
        }

        var printer = new AnswerPrinter(client, terminal, result.GetValue(options.Quiet));
        return await printer.RunAsync(request, output, cancellationToken);
    }
}
