using System.CommandLine;
using System.Text.Json;
using PixieOrleans.Cli.Formatting;
using PixieOrleans.Cli.Server;
using PixieOrleans.Cli.Terminals;

namespace PixieOrleans.Cli.Tables;

/// <summary>`pxo tables [NAME]`: the tables, or the columns of one.</summary>
internal static class TablesCommand
{
    private static readonly string[] ColumnProperties = ["name", "type", "semanticType", "description"];

    /// <summary>The sub-command.</summary>
    public static Command Create(Terminal terminal, Func<ParseResult, SiloClient> connect)
    {
        var name = new Argument<string?>("name")
        {
            Description = "Table whose columns are shown",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("tables", "List the tables, or the columns of one table") { name };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var client = connect(result);
            var answer = await client.GetAsync("/api/v1/tables", cancellationToken);
            var tables = JsonShapes.List(answer, "tables").ToArray();
            if (result.GetValue(name) is { } asked)
            {
                WriteColumns(terminal, tables, asked);
            }
            else
            {
                WriteTables(terminal, tables);
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static void WriteTables(Terminal terminal, JsonElement[] tables)
    {
        var writer = new TableWriter(terminal, [new("name"), new("columns", AlignRight: true), new("description")]);
        foreach (var table in tables)
        {
            writer.Add(
                new Cell(JsonShapes.Text(table, "name")),
                new Cell($"{JsonShapes.List(table, "columns").Count()}"),
                new Cell(JsonShapes.Text(table, "description")));
        }

        writer.Write();
    }

    private static void WriteColumns(Terminal terminal, JsonElement[] tables, string asked)
    {
        var table = tables.FirstOrDefault(table => JsonShapes.Text(table, "name") == asked);
        if (table.ValueKind == JsonValueKind.Undefined)
        {
            var known = string.Join(", ", tables.Select(other => JsonShapes.Text(other, "name")));
            throw new ServerException($"no table '{asked}'; there are: {known}");
        }

        var writer = new TableWriter(terminal, [.. ColumnProperties.Select(property => new TableColumn(property))]);
        foreach (var column in JsonShapes.List(table, "columns"))
        {
            writer.Add([.. ColumnProperties.Select(property => new Cell(JsonShapes.Text(column, property)))]);
        }

        writer.Write();
    }
}
