using System.Text;
using PixieOrleans.Model.Scripts;

namespace PixieOrleans.Api.Tests.Scripts;

public sealed class ScriptSpecTests
{
    private const string Json = """
        {
          "variables": [
            {"name": "pod", "type": "PX_POD", "description": "Name of the pod."},
            {"name": "start_time", "type": "PX_STRING", "defaultValue": "-5m"},
            {"name": "side", "type": "PX_STRING", "defaultValue": "", "validValues": ["client", "server"]},
            {"name": "paths", "type": "PX_STRING_LIST", "defaultValue": "/a,/b's"}
          ],
          "globalFuncs": [
            {"outputName": "shared", "func": {"name": "rows", "args": [{"name": "p", "variable": "pod"}]}}
          ],
          "widgets": [
            {"name": "Chart", "globalFuncOutputName": "shared", "displaySpec": {"@type": "x"}},
            {"name": "Table", "func": {"name": "rows", "args": [
              {"name": "p", "variable": "pod"}, {"name": "n", "value": "5"}, {"name": "of", "variable": "paths"}]}},
            {"func": {"name": "rows"}}
          ]
        }
        """;

    private static readonly Dictionary<string, string> NoValues = [];

    [Fact]
    public void Bind_AllRequiredGiven_FillsCallsInOrder()
    {
        var calls = Parse(Json).Bind(new Dictionary<string, string> { ["pod"] = "shop/cart" });

        Assert.Equal(
            [
                "rows(p=shop/cart) -> shared",
                "rows(p=shop/cart, n=5, of=['/a','/b\\'s']) -> Table",
                "rows() -> widget_2",
            ],
            calls.Select(c => $"{c.Function}({string.Join(", ", c.Arguments.Select(a => $"{a.Key}={a.Value}"))}) -> "
                + c.Output));
    }

    [Fact]
    public void Parse_Widgets_NameTheirTables() =>
        Assert.Equal(["shared", "Table", "widget_2"], Parse(Json).Widgets.Select(w => w.Table));

    [Theory]
    [InlineData("\"-5m\"", "-5m")]
    [InlineData("{\"value\": \"-5m\"}", "-5m")]
    [InlineData("{\"value\": \"\"}", "")]
    [InlineData("null", null)]
    public void Parse_DefaultOfAVariable_IsATextOrHoldsOne(string json, string? expected)
    {
        var variables = Parse($$"""{"variables": [{"name": "start_time", "defaultValue": {{json}}}]}""").Variables;

        Assert.Equal(expected, Assert.Single(variables).Default);
    }

    [Fact]
    public void Bind_RequiredMissing_SaysSoInPixiesWords()
    {
        var error = Assert.Throws<ScriptArgumentException>(() => Parse(Json).Bind(NoValues));

        Assert.Equal("missing required argument : 'pod'", error.Message);
    }

    [Theory]
    [InlineData("prod", "x", "the script has no argument 'prod'; it has pod, start_time, side, paths")]
    [InlineData("side", "both", "'both' is not a value of the argument 'side': client, server")]
    public void Bind_ValueThatCannotBe_SaysWhy(string name, string value, string expected)
    {
        var given = new Dictionary<string, string> { ["pod"] = "p", [name] = value };

        var error = Assert.Throws<ScriptArgumentException>(() => Parse(Json).Bind(given));

        Assert.Equal(expected, error.Message);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"variables":[{"type":"PX_POD"}]}""")]
    [InlineData("""{"widgets":[{"func":{"args":[]}}]}""")]
    [InlineData("""{"variables":{}}""")]
    public void Parse_WhatIsNoSpecification_Fails(string json) =>
        Assert.Throws<FormatException>(() => Parse(json));

    [Fact]
    public void Bind_UndeclaredVariable_Fails()
    {
        var spec = Parse("""{"widgets":[{"func":{"name":"f","args":[{"name":"a","variable":"b"}]}}]}""");

        Assert.Contains(
            "the variable 'b'", Assert.Throws<ScriptArgumentException>(() => spec.Bind(NoValues)).Message,
            StringComparison.Ordinal);
    }

    private static ScriptSpec Parse(string json) => ScriptSpec.Parse(Encoding.UTF8.GetBytes(json));
}
