using System.Text;
using System.Text.Json;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Streams;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Tests.Text;

public sealed class JsonCutTests
{
    private const string Whole =
        """{"a":"x\"\\\u0001é€","b":[1,-2.5e3,[],{}],"c":{"d":null,"e":[{"f":"g"},true]},"":"\n"}""";

    [Theory]
    [InlineData("""{"a":"xy""", """{"a":"xy... [TRUNCATED]"}""")]
    [InlineData("""{"a":"x\u00""", """{"a":"x... [TRUNCATED]"}""")]
    [InlineData("""{"a":"x\""", """{"a":"x... [TRUNCATED]"}""")]
    [InlineData("""{"a":["b","c""", """{"a":["b","c... [TRUNCATED]"]}""")]
    [InlineData("""{"a":1,"nam""", """{"a":1,"truncated":true}""")]
    [InlineData("""{"a":1,"name":""", """{"a":1,"truncated":true}""")]
    [InlineData("""{"a":1,"b":12""", """{"a":1,"truncated":true}""")]
    [InlineData("""{"a":[1,{"b":2},""", """{"a":[1,{"b":2}],"truncated":true}""")]
    [InlineData("""{"a":1}""", """{"a":1,"truncated":true}""")]
    [InlineData("{", """{"truncated":true}""")]
    [InlineData("[1,[2", """[1,[],"... [TRUNCATED]"]""")]
    [InlineData("[", """["... [TRUNCATED]"]""")]
    [InlineData("12", "\"... [TRUNCATED]\"")]
    [InlineData("", "\"... [TRUNCATED]\"")]
    public void Close_ABeginning_IsJsonThatSaysSo(string beginning, string expected)
    {
        var text = default(PooledBuffer);
        text.Append(Encoding.UTF8.GetBytes(beginning));

        JsonCut.Close(ref text);

        Assert.Equal(expected, Encoding.UTF8.GetString(text.Span));
    }

    [Fact]
    public void WriteJsonTo_CutAtEveryByte_IsJson()
    {
        var whole = Encoding.UTF8.GetBytes(Whole);
        for (var limit = 1; limit < whole.Length; limit++)
        {
            var (cell, counters) = (new CellText(limit), new SessionCounters());
            cell.Append(whole);

            var json = Encoding.UTF8.GetString(cell.FinishJson(counters));

            using var document = JsonDocument.Parse(json);
            Assert.Contains("runcated", json.ToLowerInvariant());
            Assert.Equal(1, counters.TruncatedValues);
        }
    }
}
