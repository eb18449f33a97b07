using PixieOrleans.Cli.Formatting;
using Spectre.Console;

namespace PixieOrleans.Cli.Terminals;

/// <summary>Where the CLI reads and writes.</summary>
internal sealed class Terminal
{
    /// <summary>Results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Messages about the results: errors, what is missing.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>A script given as "-".</summary>
    public required TextReader In { get; init; }

    /// <summary>Columns of the terminal; null when the output goes to a pipe or a file, where nothing is cut.</summary>
    public int? Width { get; init; }

    /// <summary>True when <see cref="Out"/> shows colours.</summary>
    public bool Colors { get; init; }

    /// <summary>True when <see cref="Error"/> is a terminal: a line may be written again and again.</summary>
    public bool ShowsProgress { get; init; }

    /// <summary>Variables of the environment.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess()
    {
        var console = AnsiConsole.Console;
        var isTerminal = !Console.IsOutputRedirected;
        return new Terminal
        {
            Out = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 64 << 10),
            Error = Console.Error,
            In = Console.In,
            ShowsProgress = !Console.IsErrorRedirected,
            Width = isTerminal ? console.Profile.Width : null,
            Colors = isTerminal
                && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
                && console.Profile.Capabilities.Ansi,
        };
    }

    /// <summary>Writes out what is buffered.</summary>
    public void Flush()
    {
        Out.Flush();
        Error.Flush();
    }

    /// <summary>The text in a colour, if the terminal shows colours.</summary>
    public string Paint(string text, CellColor color) => !Colors || text.Length == 0
        ? text
        : color switch
        {
            CellColor.Green => $"\e[32m{text}\e[0m",
            CellColor.Yellow => $"\e[33m{text}\e[0m",
            CellColor.Red => $"\e[31m{text}\e[0m",
            CellColor.Dim => $"\e[2m{text}\e[0m",
            _ => text,
        };
}
