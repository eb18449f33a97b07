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
          pxo run -f examples/http.pxl
          pxo run -f - -o csv < script.pxl > rows.csv
          pxo run -f slow.pxl --timeout 5s -o json | jq .req_path
        """;

    /// <summary>The sub-command.</summary>
    public static Command Create(Terminal terminal, Func<ParseResult, SiloClient> connect)
    {
        var file = new Option<string?>("--file", "-f") { Description = "File of the script; - is stdin" };
        var text = new Option<string?>("--execute", "-e") { Description = "Text of the script", HelpName = "script" };
        var output = new Option<string>("--output", "-o")
        {
            Description = "table, json (one object per row and line) or csv",
            DefaultValueFactory = _ => "table",
        };
        output.AcceptOnlyFromAmong("table", "json", "csv");
        var timeout = new Option<string>("--timeout")
        {
            Description = "Deadline of the query: 500ms, 30s, 2m",
            DefaultValueFactory = _ => "30s",
        };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Do not say what the answer is missing" };
        var command = new Command("run", Description) { file, text, output, timeout, quiet };
        command.SetAction(async (result, cancellationToken) =>
        {
            var script = await ReadScriptAsync(
                result.GetValue(file), result.GetValue(text), terminal, cancellationToken);
            var request = new QueryRequest(script, TimeoutText.ParseMs(result.GetValue(timeout)!));
            using var client = connect(result);
            var printer = new AnswerPrinter(client, terminal, result.GetValue(quiet));
            return await printer.RunAsync(request, result.GetValue(output)!, cancellationToken);
        });
        return command;
    }

    private static async Task<string> ReadScriptAsync(
        string? file, string? text, Terminal terminal, CancellationToken cancellationToken) => (file, text) switch
        {
            (null, null) => throw new UsageException("pxo run needs a script: -f FILE, -f - (stdin) or -e TEXT"),
            (not null, not null) => throw new UsageException("pxo run takes either -f or -e, not both"),
            (null, _) => text,
            ("-", _) => await terminal.In.ReadToEndAsync(cancellationToken),
            _ when !File.Exists(file) => throw new UsageException($"{file}: no such file"),
            _ => await File.ReadAllTextAsync(file, cancellationToken),
        };
}
