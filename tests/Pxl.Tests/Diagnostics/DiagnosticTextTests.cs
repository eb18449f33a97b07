using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Tests.Diagnostics;

public sealed class DiagnosticTextTests
{
    [Fact]
    public void Render_CallError_PointsAtItsBracket()
    {
        const string Script = "import px\npx.DataFrame()";
        var diagnostic = Assert.Single(TestTables.Compile(Script).Diagnostics);

        var text = DiagnosticText.Render(Script, diagnostic);

        Assert.Equal(
            "  L2 : C13  DataFrame() missing 1 required positional arguments 'table'\n" +
            "    px.DataFrame()\n" +
            "                ^\n",
            text);
    }

    [Fact]
    public void Render_Suggestion_StandsBehindTheMessage()
    {
        const string Script = "import px\r\ndf = px.DataFrame('http_events')\r\n\tpx.display(df)\r\npx.display(dg)";
        var hint = new Diagnostic("PXL202", DiagnosticSeverity.Error, new SourceSpan(3, 2, 2), "no", "did you mean?");

        var text = DiagnosticText.Render(Script, hint);

        Assert.Equal("  L3 : C2  no (did you mean?)\n    \tpx.display(df)\n    \t^^\n", text);
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(1, 500)]
    public void Render_PlaceOutsideTheScript_ShowsTheMessageOnly(int line, int column)
    {
        var diagnostic = new Diagnostic("PXL101", DiagnosticSeverity.Error, new SourceSpan(line, column), "no");

        var text = DiagnosticText.Render("x = 1", diagnostic);

        Assert.Equal($"  L{line} : C{column}  no\n", text);
    }
}
