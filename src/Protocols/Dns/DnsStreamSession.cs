using System.Buffers.Binary;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Dns;

/// <summary>DNS over TCP: each message behind its length, 2 bytes big endian (RFC 1035 section 4.2.2).</summary>
internal sealed class DnsStreamSession(SessionContext context, FramingOptions options)
    : FramedSession(context, options)
{
    private const int PrefixBytes = 2;
    private readonly DnsExchanges _exchanges = new(context, options);

    /// <inheritdoc/>
    protected override long PendingBytes => _exchanges.Bytes;

    /// <inheritdoc/>
    internal override FrameHead ReadHead(Direction direction, ReadOnlySpan<byte> data)
    {
        if (data.Length < PrefixBytes)
        {
            return FrameHead.NeedMoreData;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(data);
        if (length < DnsHeader.Length)
        {
            return FrameHead.Invalid;
        }

        return data.Length < PrefixBytes + DnsHeader.Length ? FrameHead.NeedMoreData
            : DnsHeader.Read(data[PrefixBytes..]).IsPlausible(length) ? FrameHead.Of((ulong)(PrefixBytes + length))
            : FrameHead.Invalid;
    }

    /// <inheritdoc/>
    internal override bool OnFrame(in Frame frame) =>
        _exchanges.OnMessage(frame.Direction, frame.TimeNs, frame.Bytes[PrefixBytes..]);

    /// <inheritdoc/>
    protected override void Expire(long beforeNs, long nowNs) => _exchanges.Expire(beforeNs, nowNs);

    /// <inheritdoc/>
    protected override void Flush(long timeNs) => _exchanges.Flush(timeNs);

    /// <inheritdoc/>
    protected override void Release() => _exchanges.Release();
}
