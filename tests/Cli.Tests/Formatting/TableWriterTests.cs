using PixieOrleans.Cli.Formatting;

namespace PixieOrleans.Cli.Tests.Formatting;

public sealed class TableWriterTests
{
    [Fact]
    public void Write_Piped_CutsNothing()
    {
        var terminal = new TestTerminal(width: null);
        var longText = new string('x', 300);

        Write(terminal, [new("path"), new("n", AlignRight: true)], [[new(longText), new("7")], [new("/a"), new("12")]]);

        var dashes = new string('-', 300);
        var spaces = new string(' ', 296);
        Assert.Equal(
            $"path{spaces}   n\n{dashes}  --\n{longText}   7\n/a{spaces}    12\n", terminal.Out);
    }

    [Fact]
    public void Write_NarrowTerminal_CutsTheWidestCells()
    {
        var terminal = new TestTerminal(width: 20);

        Write(terminal, [new("path"), new("n")], [[new("/a/very/long/path/of/a/request"), new("7")]]);

        Assert.Equal(
            """
            path               n
            -----------------  -
            /a/very/long/pat…  7

            """.ReplaceLineEndings("\n"),
            terminal.Out);
    }

    [Fact]
    public void Write_NarrowTerminal_NeverCutsNumbers()
    {
        var terminal = new TestTerminal(width: 16);

        Write(terminal, [new("path"), new("n", AlignRight: true)], [[new("/some/path"), new("1234567890")]]);

        Assert.Equal("path             n\n------  ----------\n/some…  1234567890\n", terminal.Out);
    }

    [Fact]
    public void Write_WideCharacters_CountTwice()
    {
        var terminal = new TestTerminal(width: 12);

        Write(terminal, [new("name"), new("n")], [[new("日本語日本語"), new("1")]]);

        Assert.Equal("name       n\n---------  -\n日本語日…  1\n", terminal.Out);
    }

    [Fact]
    public void Write_EscapeSequenceOfTraffic_IsShownNotObeyed()
    {
        var terminal = new TestTerminal(width: 80, colors: true);

        Write(terminal, [new("path")], [[new("/\e[2Jx\n")]]);

        Assert.DoesNotContain("\e[2J", terminal.Out, StringComparison.Ordinal);
        Assert.Contains(@"/\x1b[2Jx\n", terminal.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "\e[31m500\e[0m")]
    [InlineData(false, "500")]
    public void Write_Colours_OnlyWhereTheyShow(bool colors, string expected)
    {
        var terminal = new TestTerminal(colors: colors);

        Write(terminal, [new("s")], [[new("500", CellColor.Red)]]);

        Assert.Equal(expected, terminal.Out.Split('\n')[2]);
    }

    private static void Write(TestTerminal terminal, TableColumn[] columns, Cell[][] rows)
    {
        var writer = new TableWriter(terminal.Terminal, columns);
        foreach (var row in rows)
        {
            writer.Add(row);
        }

        writer.Write();
    }
}
