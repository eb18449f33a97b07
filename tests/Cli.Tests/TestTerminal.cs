using PixieOrleans.Cli.Terminals;

namespace PixieOrleans.Cli.Tests;

/// <summary>A terminal that keeps what is written.</summary>
internal sealed class TestTerminal
{
    /// <summary>Width null is a pipe.</summary>
    public TestTerminal(int? width = null, bool colors = false, string input = "", string? server = null) =>
        Terminal = new Terminal
        {
            Out = new StringWriter { NewLine = "\n" },
            Error = new StringWriter { NewLine = "\n" },
            In = new StringReader(input),
            Width = width,
            Colors = colors,
            Variable = name => name == "PXO_SERVER" ? server : null,
        };

    public Terminal Terminal { get; }

    public string Out => Terminal.Out.ToString()!;

    public string Error => Terminal.Error.ToString()!;
}
