using System.Buffers.Binary;
using System.Text;
using PixieOrleans.Replay.Captures;
using PixieOrleans.TestKit;

namespace PixieOrleans.Replay.Tests.Captures;

public sealed class CaptureReaderTests : IDisposable
{
    private const uint Section = 0x0a0d0d0a;
    private const uint Interface = 1;
    private const uint Simple = 3;
    private const uint Names = 4;
    private const uint Enhanced = 6;

    private readonly MemoryStream _file = new();

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("ab", "it is too short for a capture")]
    [InlineData("hello, this is a text", "it is no capture: it begins neither like pcap nor like pcapng")]
    public void Open_OfAnotherFile_SaysWhatItIs(string text, string why)
    {
        var error = Assert.Throws<CaptureFormatException>(
            () => CaptureReader.Open(new MemoryStream(Encoding.ASCII.GetBytes(text))));

        Assert.Equal(why, error.Message);
    }

    [Theory]
    [InlineData(false, 0xa1b2c3d4, 7_000_000_005_000)]
    [InlineData(true, 0xa1b2c3d4, 7_000_000_005_000)]
    [InlineData(false, 0xa1b23c4d, 7_000_000_000_005)]
    [InlineData(true, 0xa1b23c4d, 7_000_000_000_005)]
    public void Pcap_OfBothByteOrdersAndUnits_HasTimesInNanoseconds(bool isBigEndian, uint magic, long timeNs)
    {
        U32(magic, isBigEndian);
        U16(2, isBigEndian);
        U16(4, isBigEndian);
        U32(0, isBigEndian);
        U32(0, isBigEndian);
        U32(65_535, isBigEndian);
        U32(101, isBigEndian); // raw IP
        U32(7000, isBigEndian);
        U32(5, isBigEndian);
        U32(2, isBigEndian);
        U32(90, isBigEndian);
        _file.Write("ab"u8);

        Assert.Equal([$"{timeNs} Raw ab of 90"], Read());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pcapng_OfSeveralInterfacesAndSections_ReadsEachInItsWay(bool isBigEndian)
    {
        WriteSection(isBigEndian);
        WriteInterface(isBigEndian, 1, []); // microseconds
        WriteInterface(isBigEndian, 113, Option(isBigEndian, 9, [9])); // nanoseconds
        WriteInterface(isBigEndian, 147, []); // a link type of one's own
        WriteInterface(isBigEndian, 101, Option(isBigEndian, 9, [0x80 | 1])); // halves of a second
        WritePacket(isBigEndian, 0, 7, "zero");
        WritePacket(isBigEndian, 1, 8, "one");
        WriteBlock(isBigEndian, Names, [1, 2, 3, 4, 5, 6, 7, 8]);
        WritePacket(isBigEndian, 2, 9, "two");
        WritePacket(isBigEndian, 3, 3, "three");
        WritePacket(isBigEndian, 9, 3, "no interface");
        WriteSection(!isBigEndian);
        WriteInterface(!isBigEndian, 228, []);
        WritePacket(!isBigEndian, 0, 10, "other");

        Assert.Equal(
            ["7000 Ethernet zero of 4", "8 LinuxCooked one of 3", "1500000000 Raw three of 5", "10000 IPv4 other of 5"],
            Read(out var reader));
        Assert.Equal(2, reader.ForeignPackets);
        Assert.Equal([-1, 147], reader.ForeignLinkTypes);
        Assert.Null(reader.Damage);
    }

    [Fact]
    public void Pcapng_SimplePacket_HasTheTimeOfTheOneBefore()
    {
        WriteSection(false);
        WriteInterface(false, 101, []);
        WritePacket(false, 0, 7, "a");
        WriteBlock(false, Simple, [3, 0, 0, 0, (byte)'x', (byte)'y', (byte)'z', 0]);

        Assert.Equal(["7000 Raw a of 1", "7000 Raw xyz of 3"], Read());
    }

    [Theory]
    [InlineData(0x7fffffffu, "makes no sense")]
    [InlineData(16u << 20, "is cut within the record")]
    public void Pcap_RecordOfAnyLength_AllocatesNoMoreThanThereIs(uint length, string damage)
    {
        _file.Write(Recording.ToPcap([new Packet(5, [1, 2])]));
        U32(1, false);
        U32(1, false);
        U32(length, false);
        U32(length, false);

        var packets = Read(out var reader);
        var allocated = Allocations.Least(() => Read(out _), bound: 2 << 20);

        Assert.Single(packets);
        Assert.Contains(damage, reader.Damage, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, 2 << 20);
    }

    [Theory]
    [InlineData(8u, "makes no sense")]
    [InlineData(1001u, "makes no sense")]
    [InlineData(0xfffffff0u, "is cut within the block")]
    public void Pcapng_BlockOfAnyLength_EndsTheCapture(uint length, string damage)
    {
        WriteSection(false);
        WriteInterface(false, 101, []);
        WritePacket(false, 0, 7, "a");
        U32(Enhanced, false);
        U32(length, false);
        _file.Write(new byte[64]);

        Assert.Single(Read(out var reader));
        Assert.Contains(damage, reader.Damage, StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private List<string> Read() => Read(out _);

    private List<string> Read(out CaptureReader reader)
    {
        _file.Position = 0;
        reader = CaptureReader.Open(_file);
        var packets = new List<string>();
        while (reader.TryRead(out var p))
        {
            packets.Add($"{p.TimeNs} {p.LinkType} {Encoding.ASCII.GetString(p.Data)} of {p.OriginalLength}");
        }

        return packets;
    }

    private void WriteSection(bool isBigEndian) =>
        WriteBlock(isBigEndian, Section, [.. Bytes(0x1a2b3c4d, isBigEndian), 0, 1, 0, 0, .. new byte[8]]);

    private void WriteInterface(bool isBigEndian, ushort linkType, byte[] options)
    {
        var type = Bytes(linkType, isBigEndian);
        var half = isBigEndian ? type[2..] : type[..2];
        WriteBlock(isBigEndian, Interface, [.. half, 0, 0, 0, 0, 0, 0, .. options]);
    }

    private static byte[] Option(bool isBigEndian, byte code, byte[] value)
    {
        var length = (byte)value.Length;
        byte[] head = isBigEndian ? [0, code, 0, length] : [code, 0, length, 0];
        return [.. head, .. value, 0, 0, 0];
    }

    private void WritePacket(bool isBigEndian, uint number, uint time, string text)
    {
        var data = Encoding.ASCII.GetBytes(text);
        var length = Bytes((uint)data.Length, isBigEndian);
        var padding = new byte[-data.Length & 3];
        byte[] place = [.. Bytes(number, isBigEndian), 0, 0, 0, 0, .. Bytes(time, isBigEndian)];
        WriteBlock(isBigEndian, Enhanced, [.. place, .. length, .. length, .. data, .. padding]);
    }

    private void WriteBlock(bool isBigEndian, uint type, byte[] body)
    {
        U32(type, isBigEndian);
        U32((uint)body.Length + 12, isBigEndian);
        _file.Write(body);
        U32((uint)body.Length + 12, isBigEndian);
    }

    private void U32(uint value, bool isBigEndian) => _file.Write(Bytes(value, isBigEndian));

    private void U16(ushort value, bool isBigEndian) =>
        _file.Write(isBigEndian ? Bytes(value, true)[2..] : Bytes(value, false)[..2]);

    private static byte[] Bytes(uint value, bool isBigEndian)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, isBigEndian ? value : BinaryPrimitives.ReverseEndianness(value));
        return bytes;
    }
}
