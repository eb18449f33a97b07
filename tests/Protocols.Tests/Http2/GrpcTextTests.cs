using System.Text;
using PixieOrleans.Protocols.Http2;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Tests.Http2;

public sealed class GrpcTextTests
{
    private const string NotParsed = "<Failed to parse protobuf>";

    [Theory]
    [InlineData("0801", "1: 1", "a varint")]
    [InlineData("08ffffffffffffffffff01", "1: 18446744073709551615", "the largest")]
    [InlineData("0d010000ff", "1: 0xff000001", "four bytes")]
    [InlineData("090100000000000080", "1: 0x8000000000000001", "eight bytes")]
    [InlineData("0a03616263", "1: \"abc\"", "text")]
    [InlineData("0a0461220a5c", "1: \"a\\\"\\n\\\\\"", "text with what is escaped")]
    [InlineData("0a05c3a4e282ac", "1: \"ä€\"", "text beyond ASCII")]
    [InlineData("0a02ff01", "1: \"\\377\\001\"", "bytes")]
    [InlineData("0a00", "1: \"\"", "nothing")]
    [InlineData("1206080112020802", "2 { 1: 1 2 { 1: 2 } }", "messages within messages")]
    [InlineData("1308011400", NotParsed, "a field with the number 0")]
    [InlineData("13080114", "2 { 1: 1 }", "a group")]
    [InlineData("1308", NotParsed, "a group that does not end")]
    [InlineData("0f", NotParsed, "a wire type that is none")]
    [InlineData("0a05", NotParsed, "a text longer than its message")]
    public void Append_Message_IsShownByItsFields(string hex, string expected, string why) =>
        Assert.True(Text(Http2Bytes.Message(Convert.FromHexString(hex))) == expected, $"{why}: "
            + Text(Http2Bytes.Message(Convert.FromHexString(hex))));

    [Fact]
    public void Append_StringsBeyond64Bytes_AreCut() => Assert.Equal(
        $"1: \"{new string('a', 64)}... [TRUNCATED]\"",
        Text(Http2Bytes.Message([0x0a, 65, .. Enumerable.Repeat((byte)'a', 65)])));

    [Fact]
    public void Append_SeveralMessages_AreLines() =>
        Assert.Equal("1: 1\n\n1: 2", Text(
            [.. Http2Bytes.Message(8, 1), .. Http2Bytes.Message(), .. Http2Bytes.Message(8, 2)]));

    [Fact]
    public void Append_BodyCutAnywhere_ShowsWhatIsThere()
    {
        byte[] body = [.. Http2Bytes.Message(0x0a, 3, 97, 98, 99, 0x12, 4, 8, 1, 0x10, 7), .. Http2Bytes.Message(8, 2)];
        for (var cut = 0; cut < body.Length; cut++)
        {
            var text = new CellText(512);

            GrpcText.Append(body.AsSpan(0, cut), isCut: true, text);

            Assert.True(text.IsCut);
            Assert.DoesNotContain("Failed", Encoding.UTF8.GetString(text.Value));
        }
    }

    [Fact]
    public void Append_MessagesNestedDeeply_EndAsBytes()
    {
        byte[] message = [8, 1];
        for (var i = 0; i < 50; i++)
        {
            message = [0x0a, (byte)message.Length, .. message];
        }

        var text = Text(Http2Bytes.Message(message));

        Assert.Equal(10, text.Count(c => c == '{'));
        Assert.Contains("1: \"\\n", text);
    }

    [Fact]
    public void Append_CompressedByAnotherCoding_SaysSo() =>
        Assert.Equal("[REMOVED: content coding is not supported]", Text([1, 0, 0, 0, 2, 1, 2]));

    private static string Text(byte[] body)
    {
        var text = new CellText(512);
        GrpcText.Append(body, isCut: false, text);
        return Encoding.UTF8.GetString(text.Value);
    }
}
