using System.CommandLine;
using PixieOrleans.Cli.Formatting;
using PixieOrleans.Cli.Query;
using PixieOrleans.Cli.Server;
using PixieOrleans.Cli.Terminals;

namespace PixieOrleans.Cli.Scripts;

/// <summary>`pxo scripts`: the scripts that can be run by name.</summary>
internal static class ScriptsCommand
{
    /// <summary>The sub-commands.</summary>
    public static Command Create(Terminal terminal, Func<ParseResult, SiloClient> connect) =>
        new("scripts", "List and show the scripts that can be run by name")
        {
            CreateList(terminal, connect),
            CreateShow(terminal, connect),
        };

    private static Command CreateList(Terminal terminal, Func<ParseResult, SiloClient> connect)
    {
        var all = new Option<bool>("--all", "-a") { Description = "Hidden scripts too" };
        var command = new Command("list", "List the scripts") { all };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var client = connect(result);
            var table = new TableWriter(terminal, [new TableColumn("script"), new TableColumn("what it shows")]);
            foreach (var script in await client.ScriptsAsync(cancellationToken))
            {
                if (!script.Hidden || result.GetValue(all))
                {
                    table.Add(new Cell(script.Name), new Cell(script.Short));
                }
            }

            table.Write();
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command CreateShow(Terminal terminal, Func<ParseResult, SiloClient> connect)
    {
        var name = new Argument<string>("name") { Description = "Name of the script, such as px/http_data" };
        var textOnly = new Option<bool>("--text", "-t") { Description = "The text only, to save and change it" };
        var command = new Command("show", "Show a script: what it is, its arguments, its text") { name, textOnly };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var client = connect(result);
            var script = await client.ScriptAsync(result.GetValue(name)!, cancellationToken);
            if (!result.GetValue(textOnly))
            {
                terminal.Out.WriteLine(PrintableText.Escape($"{script.Name}: {script.Short}"));
                terminal.Out.WriteLine(PrintableText.Escape(script.Long));
                ScriptArguments.Write(terminal, script.Variables);
                terminal.Out.WriteLine();
            }

            terminal.Out.Write(script.Text.EndsWith('\n') ? script.Text : script.Text + '\n');
            return ExitCodes.Ok;
        });
        return command;
    }
}
