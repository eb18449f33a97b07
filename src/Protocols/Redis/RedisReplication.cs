using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Redis;

/// <summary>
/// The part of a connection after PSYNC or SYNC, seen from the replica: the data set as one blob that no line ends,
/// then the master's commands.
/// </summary>
/// <remarks>
/// Blob: "$" length CR LF and the bytes, or "$EOF:", 40 characters, CR LF, the bytes and the same 40 characters again;
/// line feeds may precede. Source: Redis documentation, "Replication", and its replication.c.
/// </remarks>
internal sealed class RedisReplication
{
    private const int MarkBytes = 40;

    private readonly byte[] _mark = new byte[MarkBytes];
    private State _state;

    private enum State : byte
    {
        None,
        Blob,
        ToMark,
        Stream,
    }

    /// <summary>True while the bytes from the server are no RESP.</summary>
    public bool ReadsHead => _state is State.Blob or State.ToMark;

    /// <summary>True when the server sends commands.</summary>
    public bool IsStream => _state == State.Stream;

    private static ReadOnlySpan<byte> MarkHead => "$EOF:"u8;

    /// <summary>The server answered PSYNC.</summary>
    public void Begin(ReadOnlySpan<byte> reply)
    {
        if (reply.StartsWith("FULLRESYNC"u8))
        {
            _state = State.Blob;
        }
        else if (reply.StartsWith("CONTINUE"u8))
        {
            _state = State.Stream;
        }
    }

    /// <summary>The replica asked with SYNC: the data set comes next, or an error.</summary>
    public void BeginData() => _state = State.Blob;

    /// <summary>The replica says how far it is: this has begun before the connection was seen.</summary>
    public void SeeAck() => _state = _state == State.None ? State.Stream : _state;

    /// <summary>Reads the head of the next piece of the blob; any beginning of the bytes is one.</summary>
    public FrameHead ReadHead(ReadOnlySpan<byte> data)
    {
        if (_state == State.ToMark)
        {
            var mark = data.IndexOf(_mark);
            return mark >= 0 ? FrameHead.Of((ulong)mark + MarkBytes)
                : data.Length < MarkBytes ? FrameHead.NeedMoreData
                : FrameHead.Of((ulong)data.Length - MarkBytes + 1);
        }

        if (data.IsEmpty || data[0] == '\n')
        {
            return data.IsEmpty ? FrameHead.NeedMoreData : FrameHead.Of(1);
        }

        var end = RespToken.LineEnd(data);
        if (data[0] == '-')
        {
            return end < 0 ? FrameHead.NeedMoreData : FrameHead.Of((ulong)end + 1); // refused
        }

        if (data[0] != '$' || (end < 0 && data.Length > MarkHead.Length + MarkBytes + 2))
        {
            return FrameHead.Invalid;
        }

        if (end < 0)
        {
            return FrameHead.NeedMoreData;
        }

        return IsMarkHead(data[..(end + 1)]) ? FrameHead.Of((ulong)end + 1)
            : RespToken.TryParseNumber(data[1..Math.Max(1, end - 1)], long.MaxValue / 2, out var bytes) && bytes >= 0
                ? FrameHead.Of((ulong)(end + 1 + bytes))
                : FrameHead.Invalid;
    }

    /// <summary>Takes a piece of the blob.</summary>
    public void OnFrame(ReadOnlySpan<byte> bytes)
    {
        if (_state == State.ToMark)
        {
            _state = bytes.EndsWith(_mark) ? State.Stream : State.ToMark;
        }
        else if (bytes[0] == '$' && RespToken.LineEnd(bytes) is var end && IsMarkHead(bytes[..(end + 1)]))
        {
            bytes.Slice(MarkHead.Length, MarkBytes).CopyTo(_mark);
            _state = State.ToMark;
        }
        else if (bytes[0] is (byte)'$' or (byte)'-')
        {
            _state = bytes[0] == '$' ? State.Stream : State.None;
        }
    }

    private static bool IsMarkHead(ReadOnlySpan<byte> line) =>
        line.Length == MarkHead.Length + MarkBytes + 2 && line.StartsWith(MarkHead);
}
