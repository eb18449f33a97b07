using System.CommandLine;
using System.Text.Json;
using PixieOrleans.Cli.Formatting;
using PixieOrleans.Cli.Server;
using PixieOrleans.Cli.Terminals;

namespace PixieOrleans.Cli.Status;

/// <summary>`pxo status`: probes, hooks, losses and budgets of every node.</summary>
internal static class StatusCommand
{
    private const string TlsSection = "tls";

    /// <summary>The sub-command.</summary>
    public static Command Create(Terminal terminal, Func<ParseResult, SiloClient> connect)
    {
        var output = new Option<string>("--output", "-o")
        {
            Description = "table, or json as the silo sends it",
            DefaultValueFactory = _ => "table",
        };
        output.AcceptOnlyFromAmong("table", "json");
        var tls = new Option<bool>("--tls")
        {
            Description = "Only the processes that use TLS: whether their plaintext is seen, and what to do if not",
        };
        var command = new Command("status", "Show probes, hooks, losses and budgets of every node") { output, tls };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var client = connect(result);
            var answer = await client.GetAsync("/api/v1/status", cancellationToken);
            if (result.GetValue(output) == "json")
            {
                terminal.Out.WriteLine(answer.GetRawText());
                return ExitCodes.Ok;
            }

            foreach (var node in JsonShapes.List(answer, "nodes"))
            {
                WriteNode(terminal, node, result.GetValue(tls));
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static void WriteNode(Terminal terminal, JsonElement node, bool onlyTls)
    {
        terminal.Out.WriteLine($"Node: {PrintableText.Escape(JsonShapes.Text(node, "node"))}");
        foreach (var property in node.EnumerateObject().Where(property => property.Name != "node"))
        {
            if (onlyTls ? property.Name is not (TlsSection or "error") : property.Name == TlsSection)
            {
                continue; // a section of perhaps a thousand processes: shown when asked for, and then alone
            }

            if (property.Value.ValueKind == JsonValueKind.Array)
            {
                WriteSection(terminal, property.Name, [.. property.Value.EnumerateArray()]);
            }
            else if (ObjectTable.Format(node, property.Name).Text is { Length: > 0 } text)
            {
                terminal.Out.WriteLine($"{property.Name}: {PrintableText.Escape(text)}");
            }
        }

        terminal.Out.WriteLine();
    }

    private static void WriteSection(Terminal terminal, string name, JsonElement[] items)
    {
        var shown = name == "losses" ? [.. items.Where(HasLosses)] : items;
        terminal.Out.WriteLine();
        terminal.Out.WriteLine(shown.Length == 0 ? $"{name}: none" : $"{name}:");
        if (shown.All(item => item.ValueKind == JsonValueKind.Object))
        {
            ObjectTable.Write(terminal, shown);
        }
        else
        {
            terminal.Out.WriteLine(PrintableText.Escape(string.Join(' ', shown.Select(item => item.ToString()))));
        }
    }

    private static bool HasLosses(JsonElement loss) =>
        loss.TryGetProperty("total", out var total) && total.TryGetInt64(out var count) && count > 0;
}
