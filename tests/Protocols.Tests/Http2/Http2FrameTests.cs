using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http2;

namespace PixieOrleans.Protocols.Tests.Http2;

public sealed class Http2FrameTests
{
    [Theory]
    [InlineData("000000010500000001", "HEADERS without a block")]
    [InlineData("000004000000000000", "DATA outside of streams")]
    [InlineData("000005040000000000", "SETTINGS that are not pairs")]
    [InlineData("000006040000000001", "SETTINGS on a stream")]
    [InlineData("000005030000000001", "RST_STREAM of 5 bytes")]
    [InlineData("000009060000000000", "PING of 9 bytes")]
    [InlineData("010000200000000000", "64 KiB of an unknown type")]
    [InlineData("474554202f20485454", "a request of HTTP/1.1")]
    public void ReadHead_BytesThatCannotStartAFrame_AreInvalid(string hex, string why) =>
        Assert.True(Http2Frame.ReadHead(Convert.FromHexString(hex)) == FrameHead.Invalid, why);

    [Theory]
    [InlineData("0000000401000000", 0)]
    [InlineData("000000040100000000", 9)]
    [InlineData("ffffff000180000001", 9 + 0xffffff)]
    [InlineData("000010b40000000000", 25)]
    public void ReadHead_Frames_HaveTheirLength(string hex, int length) => Assert.Equal(
        length == 0 ? FrameHead.NeedMoreData : FrameHead.Of((ulong)length),
        Http2Frame.ReadHead(Convert.FromHexString(hex)));

    [Fact]
    public void ReadHead_Preface_IsAFrameOfItsOwn()
    {
        Assert.Equal(FrameHead.NeedMoreData, Http2Frame.ReadHead("PRI * HTTP/2.0\r\n\r\nSM\r\n"u8));
        Assert.Equal(FrameHead.Of(24), Http2Frame.ReadHead("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0"u8));
        Assert.Equal(FrameHead.Invalid, Http2Frame.ReadHead("PRI * HTTP/1.1\r\n"u8));
    }
}
