using System.Buffers;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Compression;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Mysql;

/// <summary>Compressed packets, whose contents are the bytes of a plain connection.</summary>
/// <remarks>
/// Layout: bytes that follow the head, 24 bits little endian; number, 1 byte; bytes when inflated, 24 bits little
/// endian, 0 for content that is not compressed; zlib (RFC 1950) or the content. Source: MySQL internals,
/// "Compressed Packet".
/// </remarks>
internal sealed class MysqlCompression : FramedSession
{
    private const int HeadBytes = 7;
    private const int MinZlibBytes = 2; // its head

    private readonly MysqlSession _inner;
    private readonly ulong[] _positions = new ulong[2]; // of the next inflated byte, per direction

    public MysqlCompression(SessionContext context, FramingOptions options, MysqlCapabilities capabilities)
        : base(context, options)
    {
        _inner = new MysqlSession(context, options);
        _inner.BeginCommands(capabilities);
    }

    private static ReadOnlySpan<byte> ZstdHead => [0x28, 0xb5, 0x2f, 0xfd]; // its magic number

    /// <inheritdoc/>
    protected override long PendingBytes => _inner.RetainedBytes;

    /// <inheritdoc/>
    internal override FrameHead ReadHead(Direction direction, ReadOnlySpan<byte> data)
    {
        if (data.Length < HeadBytes + MinZlibBytes)
        {
            return FrameHead.NeedMoreData;
        }

        var (length, inflated) = Read(data);
        var content = data[HeadBytes..];
        var valid = length > 0 && (inflated == 0 || IsZlib(content) || IsZstd(content));
        return valid ? FrameHead.Of(HeadBytes + (ulong)length) : FrameHead.Invalid;
    }

    /// <inheritdoc/>
    internal override bool OnFrame(in Frame frame)
    {
        var (length, inflated) = Read(frame.Bytes);
        var content = frame.Bytes[HeadBytes..];
        if (inflated == 0)
        {
            Pass(frame.Direction, frame.TimeNs, content, length);
            return true;
        }

        if (IsZstd(content))
        {
            End(SessionState.EndOfStream, frame.TimeNs); // nothing here inflates it
            return true;
        }

        var output = ArrayPool<byte>.Shared.Rent(Options.FrameBytes);
        var room = output.AsSpan(0, Math.Min(inflated, Options.FrameBytes));
        var status = Inflater.Deflate(content, room, out var written);
        Pass(frame.Direction, frame.TimeNs, room[..written], inflated);
        ArrayPool<byte>.Shared.Return(output);
        return status != InflateStatus.Invalid;
    }

    /// <inheritdoc/>
    internal override int FindBoundary(Direction direction, ReadOnlySpan<byte> data)
    {
        if (ReadHead(direction, data).Status != ParseStatus.Success)
        {
            return -1;
        }

        var (length, inflated) = Read(data);
        var content = data[HeadBytes..];
        return inflated > 0
            || (content.Length >= MysqlPacket.HeadBytes
                && MysqlPacket.Read(content).Length + MysqlPacket.HeadBytes <= length)
                ? 0
                : -1;
    }

    /// <inheritdoc/>
    internal override void OnLoss(Direction direction, long timeNs) =>
        _positions[(int)direction]++; // a gap; how long it was inflated is not known

    /// <inheritdoc/>
    protected override void Expire(long beforeNs, long nowNs) => _inner.OnTick(nowNs);

    /// <inheritdoc/>
    protected override void Flush(long timeNs) =>
        _inner.OnClose(timeNs, _positions[(int)Direction.Egress], _positions[(int)Direction.Ingress]);

    /// <inheritdoc/>
    protected override void Release() => _inner.Dispose();

    private static (int Length, int Inflated) Read(ReadOnlySpan<byte> data) =>
        (MysqlPacket.Read(data).Length, MysqlPacket.Read(data[MysqlPacket.HeadBytes..]).Length);

    private static bool IsZlib(ReadOnlySpan<byte> content) =>
        content.Length >= MinZlibBytes && (content[0] & 0x0f) == 8 && ((content[0] << 8) | content[1]) % 31 == 0;

    private static bool IsZstd(ReadOnlySpan<byte> content) =>
        content.Length < sizeof(uint)
            ? content.SequenceEqual(ZstdHead[..content.Length])
            : content.StartsWith(ZstdHead);

    // What is not known of the content is a gap at its end.
    private void Pass(Direction direction, long timeNs, ReadOnlySpan<byte> content, int length)
    {
        ref var position = ref _positions[(int)direction];
        _inner.OnData(direction, position, timeNs, content);
        Context.Counters.PayloadBytes -= content.Length; // these are no payload of the connection
        position += (ulong)length;
        if (!_inner.IsActive)
        {
            End(_inner.State, timeNs);
        }
    }
}
