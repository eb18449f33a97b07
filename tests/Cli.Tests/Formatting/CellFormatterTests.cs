using System.Text.Json;
using PixieOrleans.Cli.Formatting;

namespace PixieOrleans.Cli.Tests.Formatting;

public sealed class CellFormatterTests
{
    [Theory]
    [InlineData("0", "0 B")]
    [InlineData("5", "5 B")]
    [InlineData("5.25", "5.2 B")]
    [InlineData("1023", "1023 B")]
    [InlineData("1024", "1.0 KiB")]
    [InlineData("104448", "102.0 KiB")]
    [InlineData("524288", "512 KiB")]
    [InlineData("1572864", "1.5 MiB")]
    [InlineData("-2048", "-2.0 KiB")]
    [InlineData("1649267441664", "1.5 TiB")]
    public void Format_Bytes_StepsOf1024(string value, string expected) =>
        Assert.Equal(expected, Format("resp_body_size", "INT64", "ST_BYTES", value).Text);

    [Theory]
    [InlineData("0", "0 ns")]
    [InlineData("999", "999 ns")]
    [InlineData("1500", "1.5 us")]
    [InlineData("12345678", "12.3 ms")]
    [InlineData("59900000000", "59.9 s")]
    [InlineData("61000000000", "1 min 1 s")]
    [InlineData("3660000000000", "1 h 1 min")]
    [InlineData("90000000000000", "1 d 1 h")]
    [InlineData("-1500", "-1.5 us")]
    public void Format_DurationNs_OneOrTwoUnits(string value, string expected) =>
        Assert.Equal(expected, Format("elapsed", "INT64", "ST_DURATION_NS", value).Text);

    [Theory]
    [InlineData("ST_THROUGHPUT_PER_NS", "2.5e-7", "250/sec")]
    [InlineData("ST_THROUGHPUT_BYTES_PER_NS", "0.002097152", "2.0 MiB/sec")]
    [InlineData("ST_PERCENT", "0.12345", "12.35 %")]
    [InlineData("ST_PERCENT", "1", "100.00 %")]
    [InlineData("ST_NONE", "3.14159265", "3.14159")]
    [InlineData("ST_NONE", "1234567.8", "1.23457E+06")]
    [InlineData("ST_NONE", "\"NaN\"", "NaN")]
    public void Format_Float64_ByMeaning(string semanticType, string value, string expected) =>
        Assert.Equal(expected, Format("value", "FLOAT64", semanticType, value).Text);

    [Theory]
    [InlineData("200", CellColor.Green)]
    [InlineData("204", CellColor.Green)]
    [InlineData("301", CellColor.Default)]
    [InlineData("404", CellColor.Red)]
    [InlineData("500", CellColor.Red)]
    [InlineData("0", CellColor.Default)]
    internal void Format_HttpStatus_IsColoured(string value, CellColor expected) =>
        Assert.Equal(new Cell(value, expected), Format("resp_status", "INT64", "ST_HTTP_RESP_STATUS", value));

    [Theory]
    [InlineData("200000000", CellColor.Green)]
    [InlineData("200000001", CellColor.Yellow)]
    [InlineData("400000001", CellColor.Red)]
    internal void Format_LatencyColumn_IsColouredByItsSize(string value, CellColor expected) =>
        Assert.Equal(expected, Format("latency_p99", "INT64", "ST_DURATION_NS", value).Color);

    [Theory]
    [InlineData("0.7", CellColor.Default)]
    [InlineData("0.71", CellColor.Yellow)]
    [InlineData("0.81", CellColor.Red)]
    internal void Format_CpuColumn_IsColouredByItsShare(string value, CellColor expected) =>
        Assert.Equal(expected, Format("cpu_usage", "FLOAT64", "ST_PERCENT", value).Color);

    [Theory]
    [InlineData("ok", "true", "true", CellColor.Green)]
    [InlineData("ok", "false", "false", CellColor.Red)]
    [InlineData("alert_errors", "true", "ALERT", CellColor.Red)]
    [InlineData("alert_errors", "false", "", CellColor.Default)]
    internal void Format_Boolean_ByNameAndValue(string column, string value, string text, CellColor color) =>
        Assert.Equal(new Cell(text, color), Format(column, "BOOLEAN", "ST_NONE", value));

    [Fact]
    public void Format_Quantiles_SortedKeys() => Assert.Equal(
        "p01: 1, p50: 2.5, p99: 9.75",
        Format("q", "STRING", "ST_QUANTILES", """ "{\"p50\":2.5,\"p99\":9.75,\"p01\":1}" """).Text);

    [Fact]
    public void Format_DurationQuantiles_EachAsDuration() => Assert.Equal(
        "p50: 1.5 ms, p99: 2 s",
        Format("q", "STRING", "ST_DURATION_NS_QUANTILES", """ "{\"p99\":2000000000,\"p50\":1500000}" """).Text);

    [Theory]
    [InlineData("\"{\\\"label\\\":\\\"slow\\\",\\\"script\\\":\\\"px/x\\\",\\\"args\\\":{}}\"", "slow")]
    [InlineData("\"no json\"", "no json")]
    public void Format_ScriptReference_LabelOnly(string value, string expected) =>
        Assert.Equal(expected, Format("link", "STRING", "ST_SCRIPT_REFERENCE", value).Text);

    [Theory]
    [InlineData("TIME64NS", "\"2026-11-22T18:00:00.123456789Z\"", "2026-11-22T18:00:00.123456789Z")]
    [InlineData("UINT128", "\"00000001-0000-1a2b-0000-000000000003\"", "00000001-0000-1a2b-0000-000000000003")]
    [InlineData("INT64", "9223372036854775807", "9223372036854775807")]
    [InlineData("STRING", "null", "")]
    public void Format_OtherTypes_AsSent(string type, string value, string expected) =>
        Assert.Equal(expected, Format("x", type, "ST_NONE", value).Text);

    [Fact]
    public void Format_ShortTime_HasMilliseconds()
    {
        using var document = JsonDocument.Parse("\"2026-11-22T18:00:00.123456789Z\"");

        var cell = CellFormatter.For("time_", "TIME64NS", "ST_TIME_NS", isShort: true).Format(document.RootElement);

        Assert.Equal("2026-11-22T18:00:00.123Z", cell.Text);
    }

    private static Cell Format(string column, string type, string semanticType, string json)
    {
        using var document = JsonDocument.Parse(json);
        return CellFormatter.For(column, type, semanticType).Format(document.RootElement);
    }
}
