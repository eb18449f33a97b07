using PixieOrleans.Cli.Formatting;
using PixieOrleans.Cli.Terminals;

namespace PixieOrleans.Cli.Query;

/// <summary>What follows the options of `pxo run`: the script's name, then "--" and its arguments.</summary>
/// <param name="Name">Name of the script, or null.</param>
/// <param name="Values">Values for its variables, by name.</param>
/// <param name="Help">True when --help was among them.</param>
internal sealed record ScriptArguments(string? Name, Dictionary<string, string> Values, bool Help)
{
    private const string Usage = "a script's arguments are written as -- --name=value";

    /// <summary>Reads "--name=value" and "--name value"; one dash will do.</summary>
    public static ScriptArguments Parse(IReadOnlyList<string> tokens)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var (name, help) = ((string?)null, false);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (!tokens[i].StartsWith('-'))
            {
                name = i == 0 ? tokens[i] : throw new UsageException($"'{tokens[i]}': {Usage}");
                continue;
            }

            var (key, value) = Split(tokens[i].TrimStart('-'));
            if (value is null && key is "help" or "h")
            {
                help = true;
                continue;
            }

            value ??= ++i < tokens.Count ? tokens[i] : throw new UsageException($"--{key} has no value: {Usage}");
            if (key.Length == 0 || !values.TryAdd(key, value))
            {
                throw new UsageException(key.Length == 0 ? $"'--': {Usage}" : $"--{key} is given twice");
            }
        }

        return new ScriptArguments(name, values, help);
    }

    /// <summary>Prints the arguments that a script takes.</summary>
    public static void Write(Terminal terminal, IReadOnlyList<ScriptArgument> arguments)
    {
        if (arguments.Count == 0)
        {
            terminal.Out.WriteLine("The script takes no arguments.");
            return;
        }

        terminal.Out.WriteLine("Arguments, after --:");
        var table = new TableWriter(
            terminal, [new TableColumn("argument"), new("type"), new("default"), new("meaning")]);
        foreach (var argument in arguments)
        {
            var values = argument.ValidValues.Length == 0 ? "" : $" ({string.Join(", ", argument.ValidValues)})";
            table.Add(
                new Cell($"--{argument.Name}"),
                new Cell(argument.Type),
                new Cell(argument.Required ? "required" : argument.Default is "" or null ? "none" : argument.Default),
                new Cell(argument.Description + values));
        }

        table.Write();
    }

    private static (string Key, string? Value) Split(string token) => token.IndexOf('=') is >= 0 and var equals
        ? (token[..equals], token[(equals + 1)..])
        : (token, null);
}
