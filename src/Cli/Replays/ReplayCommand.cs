using System.CommandLine;
using PixieOrleans.Cli.Query;
using PixieOrleans.Cli.Terminals;

namespace PixieOrleans.Cli.Replays;

/// <summary>`pxo replay`: answers questions about a capture file, without a silo.</summary>
internal static class ReplayCommand
{
    private const string Description = """
        Fill the tables from a capture (pcap or pcapng, also compressed by gzip) and ask them, without a silo.

        The capture's end is the script's "now": start_time='-5m' means the last five minutes of the capture.
        Rows are those of the servers; of DNS and MySQL also those of the clients. A capture knows addresses and
        no processes: an address is a pod, each port that it serves a service, and command lines are empty.

        Examples:
          pxo replay shop.pcapng                                  what is in it, what was dropped and why
          pxo replay shop.pcapng px/http_data -- --start_time=-1h
          pxo replay shop.pcapng -f slow.pxl -o csv > slow.csv
          pxo replay shop.pcapng -e "import px; px.display(px.DataFrame('dns_events'))"
          tcpdump -w - port 80 | pxo replay -
        """;

    /// <summary>The sub-command.</summary>
    public static Command Create(Terminal terminal)
    {
        var options = new ReplayCommandOptions();
        var command = new Command("replay", Description);
        options.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(result, options, terminal, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult result, ReplayCommandOptions options, Terminal terminal, CancellationToken cancellationToken)
    {
        var arguments = ScriptArguments.Parse(result.GetValue(options.Script) ?? []);
        var script = await ReadScriptAsync(result, options, arguments, terminal, cancellationToken);
        if (arguments.Help)
        {
            ScriptArguments.Write(terminal, script?.OwnArguments ?? []);
            return ExitCodes.Ok;
        }

        var calls = script?.Bind(arguments.Values) ?? [];
        var run = new ReplayRun(
            terminal,
            result.GetValue(options.Capture)!,
            result.GetValue(options.Output)!,
            result.GetValue(options.Quiet),
            options.ToReplayOptions(result));

        // Reading and computing are synchronous: on a thread of their own, so that Ctrl-C is heard meanwhile.
        return await Task.Run(
            () => script is null
                ? run.Summarise(cancellationToken)
                : run.Answer(script.Text!, calls, options.MaxRowsOf(result), cancellationToken),
            cancellationToken);
    }

    private static async Task<ScriptInput?> ReadScriptAsync(
        ParseResult result,
        ReplayCommandOptions options,
        ScriptArguments arguments,
        Terminal terminal,
        CancellationToken cancellationToken)
    {
        var (file, text) = (result.GetValue(options.File), result.GetValue(options.Text));
        if (arguments.Name is { } name && file is null && text is null)
        {
            file = LocalScripts.FolderOf(name, terminal);
            return await ScriptInput.ReadAsync(null, file, null, terminal, cancellationToken);
        }

        if (arguments.Name is null && file is null && text is null)
        {
            return arguments is { Values.Count: 0, Help: false }
                ? null
                : throw new UsageException("there are arguments but no script: NAME, -f FILE or -e TEXT");
        }

        return await ScriptInput.ReadAsync(arguments.Name, file, text, terminal, cancellationToken);
    }
}
