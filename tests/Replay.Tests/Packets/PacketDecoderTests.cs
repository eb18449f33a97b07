using System.Text;
using PixieOrleans.Replay.Captures;
using PixieOrleans.Replay.Packets;

namespace PixieOrleans.Replay.Tests.Packets;

public sealed class PacketDecoderTests
{
    // A segment from port 1000 to 80 with the payload "hi": sequence 5, acknowledgement 6, PSH and ACK.
    private static readonly byte[] Tcp =
        [0x03, 0xe8, 0, 80, 0, 0, 0, 5, 0, 0, 0, 6, 0x50, 0x18, 0, 0, 0, 0, 0, 0, (byte)'h', (byte)'i'];

    private static readonly byte[] Udp = [0, 53, 0x03, 0xe8, 0, 10, 0, 0, (byte)'h', (byte)'i'];

    private readonly PacketCounters _counters = new();

    [Theory]
    [InlineData("000000000001000000000002" + "0800", 1)]
    [InlineData("000000000001000000000002" + "81000005" + "0800", 1)]
    [InlineData("000000000001000000000002" + "88a80005" + "81000007" + "0800", 1)]
    [InlineData("0000030400060000000000000000" + "0800", 113)]
    [InlineData("0800" + "000000000001000100060000000000000000", 276)]
    [InlineData("02000000", 0)]
    [InlineData("00000002", 108)]
    [InlineData("", 101)]
    [InlineData("", 228)]
    public void TryDecode_OfEveryLink_FindsTheSegment(string link, int linkType) => Assert.Equal(
        "10.0.0.1:1000 > 10.0.0.2:80 seq 5 ack 6 hi of 2",
        Decode([.. Convert.FromHexString(link), .. IPv4(6, Tcp)], linkType));

    [Theory]
    [InlineData("", 6)]
    [InlineData("06" + "00010000000000", 0)] // hop-by-hop options
    [InlineData("3c" + "00010000000000" + "06" + "00010000000000", 0)] // and destination options
    [InlineData("06" + "04000000000000" + "00000000000000000000000000000000", 51)] // authentication
    [InlineData("06" + "00000000000001", 44)] // its own only fragment
    public void TryDecode_OfIPv6_FindsTheSegmentBehindExtensions(string extensions, int next) => Assert.Equal(
        "::1:1000 > ::2:80 seq 5 ack 6 hi of 2",
        Decode(IPv6(next, [.. Convert.FromHexString(extensions), .. Tcp]), 229));

    [Fact]
    public void TryDecode_OfADatagram_FindsItWithoutPadding() => Assert.Equal(
        "10.0.0.1:53 > 10.0.0.2:1000 datagram hi of 2",
        Decode([.. new byte[12], 8, 0, .. IPv4(17, Udp), 0, 0, 0, 0, 0, 0], 1));

    [Fact]
    public void TryDecode_OfACutSegment_SaysWhatItHad()
    {
        var packet = IPv4(6, [.. Tcp, .. new byte[998]]);

        Assert.Equal("10.0.0.1:1000 > 10.0.0.2:80 seq 5 ack 6 h of 1000", Decode(packet[..41], 101, packet.Length));
        Assert.Equal((1, 999), (_counters.CutPayloads, _counters.CutBytes));
    }

    [Fact]
    public void TryDecode_CutAtEveryByte_CountsEachPacketOnce()
    {
        byte[] packet = [.. new byte[12], 8, 0, .. IPv4(6, Tcp)];
        for (var length = 0; length < packet.Length - 2; length++)
        {
            Assert.Null(Decode(packet[..length], 1, packet.Length));
        }

        Assert.Equal(packet.Length - 2, _counters.CutHeaders);
    }

    [Theory]
    [InlineData("4500002a00002000400600000a0000010a000002", "Fragments")] // more of them
    [InlineData("4500002a00000010400600000a0000010a000002", "Fragments")] // a later one
    [InlineData("4400002a00000000400600000a0000010a000002", "Malformed")] // a header of 16 bytes
    [InlineData("4500001000000000400600000a0000010a000002", "Malformed")] // shorter than its header
    [InlineData("4500002a00000000400100000a0000010a000002", "Others")] // ICMP
    [InlineData("1500002a00000000400600000a0000010a000002", "Others")] // no such version
    public void TryDecode_OfWhatIsNotRead_CountsIt(string header, string counter)
    {
        Assert.Null(Decode([.. Convert.FromHexString(header), .. Tcp], 101));

        Assert.Equal(1L, typeof(PacketCounters).GetField(counter)!.GetValue(_counters));
    }

    private static byte[] IPv4(byte protocol, byte[] payload)
    {
        var total = 20 + payload.Length;
        return
        [
            0x45, 0, (byte)(total >> 8), (byte)total, 0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
            .. payload,
        ];
    }

    private static byte[] IPv6(int next, byte[] payload) =>
    [
        0x60, 0, 0, 0, (byte)(payload.Length >> 8), (byte)payload.Length, (byte)next, 64,
        .. new byte[15], 1, .. new byte[15], 2, .. payload,
    ];

    private string? Decode(byte[] bytes, int linkType, int? length = null)
    {
        var captured = new CapturedPacket(1, (LinkType)linkType, bytes, length ?? bytes.Length);
        if (!new PacketDecoder(_counters).TryDecode(captured, out var packet))
        {
            return null;
        }

        Span<byte> text = stackalloc byte[64];
        var source = Encoding.ASCII.GetString(text[..packet.Source.FormatAddress(text)]);
        var destination = Encoding.ASCII.GetString(text[..packet.Destination.FormatAddress(text)]);
        var kind = packet.IsDatagram ? "datagram" : $"seq {packet.Sequence} ack {packet.Acknowledged}";
        return $"{source}:{packet.Source.Port} > {destination}:{packet.Destination.Port} {kind} "
            + $"{Encoding.ASCII.GetString(packet.Payload).TrimEnd('\0')} of {packet.PayloadLength}";
    }
}
