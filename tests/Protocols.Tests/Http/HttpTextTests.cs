using System.Text.Json;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Tests.Http;

public sealed class HttpTextTests
{
    private const string Get = "GET / HTTP/1.1\r\n\r\n";

    [Theory]
    [InlineData("application/json", "{}", "{}", 1)]
    [InlineData("application/problem+JSON; charset=utf-8", "{}", "{}", 1)]
    [InlineData("Text/HTML", "<p>", "<p>", 0)]
    [InlineData("image/png", "abc", "[REMOVED: content type is not text]", 0)]
    [InlineData("application/xml", "<a/>", "[REMOVED: content type is not text]", 0)]
    [InlineData("", "abc", "[REMOVED: content type is unknown]", 0)]
    [InlineData("image/png", "", "", 0)]
    public void OnData_ResponseBody_IsKeptWhenItsTypeIsText(string type, string body, string expected, long contentType)
    {
        using var http = new HttpHarness();

        http.Request(Get).Response(
            $"HTTP/1.1 200 OK\r\n{ContentType(type)}Content-Length: {body.Length}\r\n\r\n{body}");

        Assert.Equal((expected, contentType, (long)body.Length), (
            http.Row.Text("resp_body"), http.Row.Int("content_type"), http.Row.Int("resp_body_size")));
    }

    [Theory]
    [InlineData("application/json", "{}", "{}")]
    [InlineData("application/soap+xml", "<a/>", "<a/>")]
    [InlineData("application/x-www-form-urlencoded", "a=%7B+%zz%4", "a={ %zz%4")]
    [InlineData("", "plain", "plain")]
    [InlineData("", "bin\0ary", "[REMOVED: content type is unknown]")]
    [InlineData("application/octet-stream", "abc", "[REMOVED: content type is not text]")]
    public void OnData_RequestBody_IsKeptWhenItIsText(string type, string body, string expected)
    {
        using var http = new HttpHarness();

        http.Request($"PUT / HTTP/1.1\r\n{ContentType(type)}Content-Length: {body.Length}\r\n\r\n{body}");

        Assert.Equal(expected, http.Close().Row.Text("req_body"));
    }

    [Theory]
    [InlineData("br", "xyz", "[REMOVED: content coding is not supported]")]
    [InlineData("gzip, br", "xyz", "[REMOVED: content coding is not supported]")]
    [InlineData("gzip", "not gzip", "[REMOVED: body cannot be inflated]")]
    [InlineData("identity", "text", "text")]
    public void OnData_ContentCoding_IsHonoured(string coding, string body, string expected)
    {
        using var http = new HttpHarness();

        http.Request(Get).Response("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
            + $"Content-Encoding: {coding}\r\nContent-Length: {body.Length}\r\n\r\n{body}");

        Assert.Equal(expected, http.Row.Text("resp_body"));
    }

    [Fact]
    public void OnData_LongBody_IsCutAtACharacterAndMarked()
    {
        using var http = new HttpHarness();
        var body = new string('x', 511) + "\xc3\xa9 and more";

        http.Request(Get).Response(
            $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\n\r\n{body}");

        Assert.Equal(new string('x', 511) + "... [TRUNCATED]", http.Row.Text("resp_body"));
        Assert.Equal((body.Length, 1L), (http.Row.Int("resp_body_size"), http.Counters.TruncatedValues));
    }

    [Fact]
    public void OnData_LongPath_IsCutAndMarked()
    {
        using var http = new HttpHarness();

        http.Request($"GET /{new string('p', 2000)} HTTP/1.1\r\n\r\n").Close();

        Assert.Equal($"/{new string('p', 1023)}... [TRUNCATED]", http.Row.Text("req_path"));
    }

    [Fact]
    public void OnData_Headers_AreOneJsonObject()
    {
        using var http = new HttpHarness();

        http.Request("GET / HTTP/1.1\r\nX-Quote: a\"b\\c\r\nCookie: 1\r\nX-Utf: \xc3\xa9\r\nX-Bad: \xe9!\r\n"
            + "cookie: 2\r\nX-Tab: a\tb\x01\r\nEmpty:\r\n\r\n").Close();

        Assert.Equal("{\"X-Quote\":\"a\\\"b\\\\c\",\"Cookie\":\"1, 2\",\"X-Utf\":\"\u00e9\",\"X-Bad\":\"\ufffd!\","
            + "\"X-Tab\":\"a\\tb\\u0001\",\"Empty\":\"\"}", http.Row.Text("req_headers"));
    }

    [Theory]
    [InlineData(40, "{\"A\":\"1234567890\",\"B\":\"1234567890\"}")]
    [InlineData(30, "{\"A\":\"1234567890\"}")]
    [InlineData(17, "{}")]
    public void OnData_HeadersBeyondTheLimit_EndAfterAWholeEntry(int limit, string expected)
    {
        using var http = new HttpHarness(new HttpOptions { HeadersLimitBytes = limit });

        http.Request("GET / HTTP/1.1\r\nA: 1234567890\r\nB: 1234567890\r\n\r\n").Close();

        Assert.Equal(expected, http.Row.Text("req_headers"));
    }

    [Fact]
    public void OnData_OneHeaderBeyondTheLimit_IsCutInside()
    {
        for (var limit = 30; limit < 300; limit++)
        {
            using var http = new HttpHarness(new HttpOptions { HeadersLimitBytes = limit });

            http.Request($"GET / HTTP/1.1\r\nA: {new string('"', 200)}\xc3\xa9\r\n\r\n").Close();

            var json = http.Row.Text("req_headers");
            Assert.InRange(json.Length, limit - 4, limit);
            Assert.EndsWith("... [TRUNCATED]", JsonDocument.Parse(json).RootElement.GetProperty("A").GetString());
            Assert.Equal(1, http.Counters.TruncatedValues);
        }
    }

    [Fact]
    public void OnData_ManyPendingRequests_OldestBecomeRows()
    {
        using var http = new HttpHarness(new HttpOptions { MaxPendingRequests = 3 });

        http.Request(string.Concat(Enumerable.Range(0, 10).Select(i => $"GET /{i} HTTP/1.1\r\n\r\n")));

        Assert.Equal((7, "GET /0 0 -> 0 0"), (http.Rows.Count, http.Summaries[0]));
        Assert.InRange(http.Session.RetainedBytes, 1, 3 * 8192);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("abc", 3)]
    [InlineData("a\xc3", 1)]
    [InlineData("a\xc3\xa9", 3)]
    [InlineData("a\xf0\x9f\x98", 1)]
    [InlineData("\xa9\xa9\xa9\xa9\xa9", 5)]
    public void WholeCharacters_EndInsideACharacter_CutsBeforeIt(string latin1, int expected) =>
        Assert.Equal(expected, Utf8Text.WholeCharacters(HttpHarness.Bytes(latin1)));

    private static string ContentType(string type) => type == "" ? "" : $"Content-Type: {type}\r\n";
}
