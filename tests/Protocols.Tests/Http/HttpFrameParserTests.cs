using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Tests.Http;

public sealed class HttpFrameParserTests
{
    private static readonly HttpOptions Options = new();

    [Fact]
    public void Parse_Request_GivesItsParts()
    {
        var (status, head, data, consumed) = Parse("POST /x y HTTP/1.0\r\nContent-Length: 7 \r\nA:\t b\r\n\r\nbody");

        Assert.Equal((ParseStatus.Success, data.Length - 4, HttpMessageKind.Request), (status, consumed, head.Kind));
        Assert.Equal(("POST", "/x y", 0, 7L), (
            Text(head.Method, data), Text(head.Target, data), head.MinorVersion, head.ContentLength));
        Assert.Equal(["Content-Length=7", "A=b"], Fields(head, data));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", 200, "OK")]
    [InlineData("HTTP/1.1 404 Not Found\r\n\r\n", 404, "Not Found")]
    [InlineData("HTTP/1.1 500 \r\n\r\n", 500, "")]
    [InlineData("HTTP/1.1 500\r\n\r\n", 500, "")]
    [InlineData("\r\nHTTP/1.1 204 a\n\n", 204, "a")]
    public void Parse_StatusLine_GivesStatusAndReason(string text, int expected, string reason)
    {
        var (status, head, data, consumed) = Parse(text);

        Assert.Equal((ParseStatus.Success, data.Length), (status, consumed));
        Assert.Equal((expected, reason), (head.Status, Text(head.Reason, data)));
    }

    [Fact]
    public void Parse_CutAtEveryByte_NeedsMoreDataUntilTheEnd()
    {
        const string Text = "GET /a HTTP/1.1\r\nHost: h\r\nX: y\r\n\r\n";
        for (var cut = 1; cut < Text.Length; cut++)
        {
            Assert.Equal((cut, ParseStatus.NeedMoreData), (cut, Parse(Text[..cut]).Status));
        }
    }

    [Theory]
    [InlineData("\0", "a control character")]
    [InlineData("\x16\x03\x01\x02", "a TLS record")]
    [InlineData("get / HTTP/1.1\r\n", "methods have upper case")]
    [InlineData(" is awesome", "starts with a space")]
    [InlineData("GET \r\n", "no target")]
    [InlineData("GET /\r\n\r\n", "HTTP/0.9")]
    [InlineData("GET /\x01", "control character in the target")]
    [InlineData("PRI * HTTP/2.0\r\n\r\n", "HTTP/2")]
    [InlineData("HTTP/2 200\r\n", "HTTP/2 status")]
    [InlineData("HTTP/1.1 2x0 OK\r\n", "status is no number")]
    [InlineData("HTTP/1.1 2000 OK\r\n", "status has four digits")]
    [InlineData("HTTP/1.1  200\r\n\r\n", "two spaces")]
    [InlineData("GET / HTTP/1.1\r\nno colon\r\n", "header without colon")]
    [InlineData("GET / HTTP/1.1\r\n: empty\r\n", "header without name")]
    [InlineData("GET / HTTP/1.1\r\nContent-Length: 5x\r\n", "length is no number")]
    [InlineData("GET / HTTP/1.1\r\nContent-Length: -1\r\n", "negative length")]
    [InlineData("GET / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n", "two lengths")]
    [InlineData("GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n", "length beyond 64 bits")]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", "request that nobody can frame")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGH", "method too long")]
    public void Parse_BytesThatCannotStartAMessage_IsInvalid(string text, string why) =>
        Assert.True(Parse(text).Status == ParseStatus.Invalid, why);

    [Fact]
    public void Parse_EqualContentLengths_CountOnce() =>
        Assert.Equal(
            5, Parse("GET / HTTP/1.1\r\nContent-Length: 5, 5\r\nContent-Length: 5\r\n\r\n").Head.ContentLength);

    [Fact]
    public void Parse_BlockBeyondTheLimit_IsInvalid()
    {
        var block = "GET / HTTP/1.1\r\nA: " + new string('x', Options.MaxHeaderBlockBytes) + "\r\n\r\n";

        Assert.Equal(ParseStatus.Invalid, Parse(block).Status);
        Assert.Equal(ParseStatus.Invalid, Parse(block[..(Options.MaxHeaderBlockBytes + 1)]).Status);
        Assert.Equal(ParseStatus.NeedMoreData, Parse(block[..1000]).Status);
    }

    [Fact]
    public void Parse_TooManyHeaders_KeepsTheFirstAndTheFraming()
    {
        var many = string.Concat(Enumerable.Range(0, 150).Select(i => $"H{i}: v\r\n"));

        var head = Parse("GET / HTTP/1.1\r\n" + many + "Content-Length: 3\r\n\r\n").Head;

        Assert.Equal((100, 51, 3L), (head.FieldCount, head.FieldsDropped, head.ContentLength));
    }

    [Fact]
    public void Parse_FoldedLine_ContinuesTheValue()
    {
        var (_, head, data, _) = Parse("GET / HTTP/1.1\r\nA: one\r\n  two\r\nB: c\r\n\r\n");

        Assert.Equal(["A=one\r\n  two", "B=c"], Fields(head, data));
    }

    private static (ParseStatus Status, HttpHead Head, byte[] Data, int Consumed) Parse(string text)
    {
        var data = HttpHarness.Bytes(text);
        var head = new HttpHead();
        var status = HttpFrameParser.Parse(data, HttpMessageKind.Unknown, Options, head, out var consumed);
        return (status, head, data, consumed);
    }

    private static string Text(TextRange range, byte[] data) => System.Text.Encoding.Latin1.GetString(range.Of(data));

    private static string[] Fields(HttpHead head, byte[] data) =>
        [.. head.Fields.ToArray().Select(f => $"{Text(f.Name, data)}={Text(f.Value, data)}")];
}
