using System.Buffers.Binary;

namespace PixieOrleans.Replay.Captures;

/// <summary>Captures of the classic format.</summary>
/// <remarks>
/// File header, 24 bytes: magic, which tells byte order and unit of time; version; zone and accuracy, unused; longest
/// record; link type in the lower 16 bits. Record header, 16 bytes: seconds, fraction, bytes kept, bytes there were.
/// Source: draft-ietf-opsawg-pcap.
/// </remarks>
internal sealed class PcapReader : CaptureReader
{
    private const int HeaderBytes = 24;
    private const int RecordHeaderBytes = 16;
    private const uint MagicMicroseconds = 0xa1b2c3d4;
    private const uint MagicNanoseconds = 0xa1b23c4d;
    private const long NsPerSecond = 1_000_000_000;

    private readonly bool _isBigEndian;
    private readonly long _nsPerFraction;
    private readonly int _linkType;

    private PcapReader(CaptureInput input, bool isBigEndian, long nsPerFraction, int linkType)
        : base(input) => (_isBigEndian, _nsPerFraction, _linkType) = (isBigEndian, nsPerFraction, linkType);

    /// <summary>Reads the file header.</summary>
    public static PcapReader Open(CaptureInput input)
    {
        var magic = input.Peek(sizeof(uint));
        var little = BinaryPrimitives.ReadUInt32LittleEndian(magic);
        var big = BinaryPrimitives.ReadUInt32BigEndian(magic);
        var isBigEndian = big is MagicMicroseconds or MagicNanoseconds;
        if (!isBigEndian && little is not (MagicMicroseconds or MagicNanoseconds))
        {
            throw new CaptureFormatException("it is no capture: it begins neither like pcap nor like pcapng");
        }

        if (!input.TryTake(HeaderBytes, out var header))
        {
            throw new CaptureFormatException("it is too short for a capture: its header is cut");
        }

        var network = isBigEndian
            ? BinaryPrimitives.ReadUInt32BigEndian(header[20..])
            : BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        var nanoseconds = (isBigEndian ? big : little) == MagicNanoseconds;
        return new PcapReader(input, isBigEndian, nanoseconds ? 1 : 1000, (ushort)network);
    }

    /// <inheritdoc/>
    public override bool TryRead(out CapturedPacket packet)
    {
        while (true)
        {
            packet = default;
            var at = Input.Position;
            if (Input.Peek(1).IsEmpty)
            {
                return false;
            }

            if (!Input.TryTake(RecordHeaderBytes, out var header))
            {
                return Stop($"the file is cut within the record at byte {at}");
            }

            var (seconds, fraction) = (Read(header), Read(header[4..]));
            var (kept, original) = (Read(header[8..]), Read(header[12..]));
            if (kept > CaptureInput.MaxRecordBytes)
            {
                return Stop($"the record at byte {at} makes no sense: {kept} bytes long");
            }

            if (!Input.TryTake((int)kept, out var data))
            {
                return Stop($"the file is cut within the record at byte {at}");
            }

            if (LinkTypes.CanRead(_linkType))
            {
                var timeNs = (seconds * NsPerSecond) + (fraction * _nsPerFraction);
                packet = new CapturedPacket(timeNs, (LinkType)_linkType, data, (int)Math.Min(original, int.MaxValue));
                return true;
            }

            CountForeign(_linkType);
        }
    }

    private uint Read(ReadOnlySpan<byte> bytes) => _isBigEndian
        ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
        : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
