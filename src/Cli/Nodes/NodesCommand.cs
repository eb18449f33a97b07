using System.CommandLine;
using PixieOrleans.Cli.Formatting;
using PixieOrleans.Cli.Server;
using PixieOrleans.Cli.Terminals;

namespace PixieOrleans.Cli.Nodes;

/// <summary>`pxo nodes`: the nodes of the cluster.</summary>
internal static class NodesCommand
{
    /// <summary>The sub-command.</summary>
    public static Command Create(Terminal terminal, Func<ParseResult, SiloClient> connect)
    {
        var command = new Command("nodes", "List the nodes of the cluster");
        command.SetAction(async (result, cancellationToken) =>
        {
            using var client = connect(result);
            var answer = await client.GetAsync("/api/v1/nodes", cancellationToken);
            ObjectTable.Write(terminal, [.. JsonShapes.List(answer, "nodes")]);
            return ExitCodes.Ok;
        });
        return command;
    }
}
