using System.Buffers.Binary;

namespace PixieOrleans.Replay.Captures;

/// <summary>Captures of the format pcapng.</summary>
/// <remarks>
/// Blocks: type, length with all of this (a multiple of 4), body, length again. Read are section headers (1), interface
/// descriptions, packets of all three kinds; other blocks are passed over. Interfaces are numbered per section.
/// Source: draft-ietf-opsawg-pcapng.
/// </remarks>
internal sealed class PcapngReader(CaptureInput input) : CaptureReader(input)
{
    private const uint SectionHeader = 0x0a0d0d0a;
    private const uint InterfaceDescription = 1;
    private const uint ObsoletePacket = 2;
    private const uint SimplePacket = 3;
    private const uint EnhancedPacket = 6;
    private const uint ByteOrderMagic = 0x1a2b3c4d;
    private const int FrameBytes = 12; // of a block: type and both lengths
    private const int MaxInterfaces = 4096;

    private readonly List<CaptureInterface> _interfaces = [];
    private bool _isBigEndian;
    private long _lastTimeNs; // simple packets have no time of their own

    /// <inheritdoc/>
    public override bool TryRead(out CapturedPacket packet)
    {
        packet = default;
        while (TryReadBlock(out var type, out var body))
        {
            var isPacket = type switch
            {
                EnhancedPacket => TryReadPacket(body, U32(body), 4, out packet),
                ObsoletePacket => TryReadPacket(body, U16(body), 4, out packet),
                SimplePacket => TryReadSimple(body, out packet),
                InterfaceDescription => AddInterface(body),
                _ => false,
            };
            if (isPacket)
            {
                return true;
            }
        }

        return false;
    }

    // False at the end of the capture. The body of a block that is passed over is empty.
    private bool TryReadBlock(out uint type, out ReadOnlySpan<byte> body)
    {
        type = 0;
        body = default;
        var at = Input.Position;
        var head = Input.Peek(FrameBytes);
        if (head.IsEmpty)
        {
            return false;
        }

        if (head.Length < FrameBytes)
        {
            return Stop($"the file is cut within the block at byte {at}");
        }

        if (U32(head) == SectionHeader && !TryStartSection(head))
        {
            return Stop($"the section at byte {at} has no byte order");
        }

        (type, var length) = (U32(head), U32(head[4..]));
        if (length < FrameBytes || (length & 3) != 0)
        {
            return Stop($"the block at byte {at} makes no sense: {length} bytes long");
        }

        var isRead = type is InterfaceDescription or ObsoletePacket or SimplePacket or EnhancedPacket;
        if (!isRead || length > CaptureInput.MaxRecordBytes)
        {
            type = 0;
            return Input.TrySkip(length) || Stop($"the file is cut within the block at byte {at}");
        }

        if (!Input.TryTake((int)length, out var block))
        {
            return Stop($"the file is cut within the block at byte {at}");
        }

        body = block[8..^4];
        return body.Length >= 8 || Stop($"the block at byte {at} makes no sense: {length} bytes long");
    }

    private bool TryStartSection(ReadOnlySpan<byte> head)
    {
        _interfaces.Clear();
        _isBigEndian = BinaryPrimitives.ReadUInt32BigEndian(head[8..]) == ByteOrderMagic;
        return _isBigEndian || BinaryPrimitives.ReadUInt32LittleEndian(head[8..]) == ByteOrderMagic;
    }

    private bool AddInterface(ReadOnlySpan<byte> body)
    {
        if (_interfaces.Count < MaxInterfaces)
        {
            _interfaces.Add(CaptureInterface.Read(body, _isBigEndian));
        }

        return false;
    }

    // Time in two halves, bytes kept, bytes there were, the bytes.
    private bool TryReadPacket(ReadOnlySpan<byte> body, uint number, int offset, out CapturedPacket packet)
    {
        const int HeaderBytes = 16;
        packet = default;
        if (number >= _interfaces.Count || body.Length < offset + HeaderBytes)
        {
            CountForeign(-1);
            return false;
        }

        var from = _interfaces[(int)number];
        var time = ((ulong)U32(body[offset..]) << 32) | U32(body[(offset + 4)..]);
        _lastTimeNs = from.ToUnixNs(time);
        var data = body[(offset + HeaderBytes)..];
        var kept = (int)Math.Min(U32(body[(offset + 8)..]), (uint)data.Length);
        return TryMake(from, data[..kept], U32(body[(offset + 12)..]), out packet);
    }

    private bool TryReadSimple(ReadOnlySpan<byte> body, out CapturedPacket packet)
    {
        packet = default;
        if (_interfaces.Count == 0)
        {
            CountForeign(-1);
            return false;
        }

        var (from, original) = (_interfaces[0], U32(body));
        var kept = Math.Min(original, (uint)body.Length - 4);
        kept = from.SnapLength == 0 ? kept : Math.Min(kept, from.SnapLength);
        return TryMake(from, body.Slice(4, (int)kept), original, out packet);
    }

    private bool TryMake(CaptureInterface from, ReadOnlySpan<byte> data, uint original, out CapturedPacket packet)
    {
        packet = new CapturedPacket(
            _lastTimeNs, (LinkType)from.LinkType, data, (int)Math.Min(original, int.MaxValue));
        if (LinkTypes.CanRead(from.LinkType))
        {
            return true;
        }

        CountForeign(from.LinkType);
        return false;
    }

    private uint U32(ReadOnlySpan<byte> bytes) => _isBigEndian
        ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
        : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private ushort U16(ReadOnlySpan<byte> bytes) => _isBigEndian
        ? BinaryPrimitives.ReadUInt16BigEndian(bytes)
        : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
}
