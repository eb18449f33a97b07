using System.Buffers.Binary;
using System.IO.Compression;

namespace PixieOrleans.Replay.Captures;

/// <summary>Packets of a capture file, one after the other.</summary>
internal abstract class CaptureReader(CaptureInput input)
{
    private const uint PcapngMagic = 0x0a0d0d0a;
    private const ushort GzipMagic = 0x1f8b;

    /// <summary>Bytes that tell the kind of a file.</summary>
    private const int MagicBytes = 4;

    /// <summary>The bytes.</summary>
    protected CaptureInput Input { get; } = input;

    /// <summary>Where the file is cut or damaged, which ended the capture; null when it is whole.</summary>
    public string? Damage { get; private set; }

    /// <summary>Packets of link types that cannot be read.</summary>
    public long ForeignPackets { get; protected set; }

    /// <summary>The link types of those, each once.</summary>
    public SortedSet<int> ForeignLinkTypes { get; } = [];

    /// <summary>Bytes read so far, of the uncompressed file.</summary>
    public long Position => Input.Position;

    /// <summary>Opens a capture: pcap or pcapng, plain or compressed by gzip.</summary>
    /// <exception cref="CaptureFormatException">Neither.</exception>
    public static CaptureReader Open(Stream stream)
    {
        var input = new CaptureInput(stream);
        if (input.Peek(MagicBytes) is [_, _, ..] start && BinaryPrimitives.ReadUInt16BigEndian(start) == GzipMagic)
        {
            input = new CaptureInput(new GZipStream(new PeekedStream(input), CompressionMode.Decompress));
        }

        var magic = input.Peek(MagicBytes);
        if (magic.Length < MagicBytes)
        {
            throw new CaptureFormatException(magic.IsEmpty ? "it is empty" : "it is too short for a capture");
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(magic) == PcapngMagic
            ? new PcapngReader(input)
            : PcapReader.Open(input);
    }

    /// <summary>Reads the next packet of a link type that can be read; false at the end.</summary>
    public abstract bool TryRead(out CapturedPacket packet);

    /// <summary>Ends the capture: the file does not go on as it should.</summary>
    protected bool Stop(string damage)
    {
        Damage = damage;
        return false;
    }

    /// <summary>Counts a packet of a link type that cannot be read.</summary>
    protected void CountForeign(int linkType)
    {
        const int MaxLinkTypes = 16;
        ForeignPackets++;
        if (ForeignLinkTypes.Count < MaxLinkTypes)
        {
            ForeignLinkTypes.Add(linkType);
        }
    }

    /// <summary>The same input from its beginning, for the decompression.</summary>
    private sealed class PeekedStream(CaptureInput input) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => input.Position;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            const int MaxBytes = 64 << 10;
            var some = input.Peek(Math.Min(count, MaxBytes));
            some.CopyTo(buffer.AsSpan(offset));
            input.TrySkip(some.Length);
            return some.Length;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
