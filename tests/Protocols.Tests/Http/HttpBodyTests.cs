using System.Text;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Tests.Http;

public sealed class HttpBodyTests
{
    [Theory]
    [InlineData("0\r\n\r\n", "")]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("05;a=b;c=\"d\"\r\nhello\r\n1 \r\n!\r\n000\r\nT: 1\r\nU: 2\r\n\r\n", "hello!")]
    [InlineData("A\n0123456789\n0\n\n", "0123456789")]
    public void Read_Chunked_GivesThePayloadWhereverItIsCut(string text, string expected)
    {
        for (var cut = 0; cut <= text.Length; cut++)
        {
            var body = HttpBody.Start(HttpBodyKind.Chunked, 0);

            var payload = Read(ref body, text[..cut], out _) + Read(ref body, text[cut..], out var consumed);

            Assert.Equal((expected, true, text.Length - cut), (payload, body.IsDone, consumed));
        }
    }

    [Theory]
    [InlineData("9\r\npixielabs\rx", "no line feed after the data")]
    [InlineData("x\r\n", "no size")]
    [InlineData("\r\n", "an empty size")]
    [InlineData("5!\r\n", "rubbish after the size")]
    [InlineData("fffffffffffffffff\r\n", "a size beyond all lengths")]
    public void Read_BytesThatAreNoChunk_IsInvalid(string text, string why)
    {
        var body = HttpBody.Start(HttpBodyKind.Chunked, 0);
        var data = Encoding.ASCII.GetBytes(text).AsSpan();

        var status = ParseStatus.NeedMoreData;
        while (status == ParseStatus.NeedMoreData && !data.IsEmpty)
        {
            status = body.Read(data, out var consumed, out _);
            data = data[consumed..];
        }

        Assert.True(status == ParseStatus.Invalid, why);
    }

    [Fact]
    public void Skip_InsideAChunk_KeepsTheFraming()
    {
        var body = HttpBody.Start(HttpBodyKind.Chunked, 0);

        Read(ref body, "64\r\nabc", out _);
        Assert.Equal(97UL, body.Skippable);
        body.Skip(97);
        Read(ref body, "\r\n0\r\n\r\n", out _);

        Assert.True(body.IsDone);
    }

    [Fact]
    public void Read_Length_LeavesTheRest()
    {
        var body = HttpBody.Start(HttpBodyKind.Length, 3);

        Assert.Equal("abc", Read(ref body, "abcdef", out var consumed));

        Assert.Equal((3, true, 0UL), (consumed, body.IsDone, body.Skippable));
    }

    [Fact]
    public void Read_UntilClose_NeverEnds()
    {
        var body = HttpBody.Start(HttpBodyKind.UntilClose, 0);

        Assert.Equal("abc", Read(ref body, "abc", out _));

        Assert.Equal((false, ulong.MaxValue), (body.IsDone, body.Skippable));
    }

    private static string Read(ref HttpBody body, string text, out int total)
    {
        var data = Encoding.ASCII.GetBytes(text).AsSpan();
        var payloads = new StringBuilder();
        total = 0;
        while (!data.IsEmpty && !body.IsDone)
        {
            Assert.NotEqual(ParseStatus.Invalid, body.Read(data, out var consumed, out var payload));
            payloads.Append(Encoding.ASCII.GetString(payload));
            data = data[consumed..];
            total += consumed;
        }

        return payloads.ToString();
    }
}
