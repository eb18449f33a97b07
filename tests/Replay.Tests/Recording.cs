using System.Buffers.Binary;
using PixieOrleans.Replay.Captures;

namespace PixieOrleans.Replay.Tests;

/// <summary>A packet of a recording: Ethernet unless said otherwise.</summary>
internal sealed record Packet(long TimeNs, byte[] Bytes)
{
    /// <summary>Bytes that it had; more than there are when it was cut.</summary>
    public int OriginalLength { get; init; } = Bytes.Length;
}

/// <summary>Recordings of the folder Captures, to be changed and written as captures again.</summary>
internal static class Recording
{
    private const uint Magic = 0xa1b23c4d; // nanoseconds
    private const int NsPerSecond = 1_000_000_000;

    /// <summary>Path of a recording.</summary>
    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Captures", name);

    /// <summary>All bytes of a recording.</summary>
    public static byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name));

    /// <summary>Its packets.</summary>
    public static List<Packet> Packets(string name)
    {
        var reader = CaptureReader.Open(new MemoryStream(Bytes(name)));
        var packets = new List<Packet>();
        while (reader.TryRead(out var packet))
        {
            packets.Add(new Packet(packet.TimeNs, packet.Data.ToArray()));
        }

        return packets;
    }

    /// <summary>Packets as a pcap file.</summary>
    public static byte[] ToPcap(IEnumerable<Packet> packets, int linkType = 1)
    {
        var file = new MemoryStream();
        Span<byte> header = stackalloc byte[24];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], 262_144);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], linkType);
        file.Write(header);
        foreach (var packet in packets)
        {
            var record = header[..16];
            BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(packet.TimeNs / NsPerSecond));
            BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)(packet.TimeNs % NsPerSecond));
            BinaryPrimitives.WriteInt32LittleEndian(record[8..], packet.Bytes.Length);
            BinaryPrimitives.WriteInt32LittleEndian(record[12..], packet.OriginalLength);
            file.Write(record);
            file.Write(packet.Bytes);
        }

        return file.ToArray();
    }
}
