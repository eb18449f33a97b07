using PixieOrleans.Model;
using PixieOrleans.Protocols.Recognition;
using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Replay.Connections;

/// <summary>
/// The bytes of an unrecognised connection since one side began to speak. The kernel's rules look at calls; a capture
/// has segments, so what one side sends until the other answers stands for a call, and each segment for one too.
/// </summary>
internal sealed class MessageStart
{
    private const int MaxHeldBytes = 64 << 10; // of a message that is not recognised yet

    private readonly byte[] _first = new byte[RecognitionHead.MaxBytes];
    private int _firstBytes;
    private int _side = -1;
    private ulong _start;
    private ulong _end;
    private ByteStream? _held;
    private bool _isHeldWhole;

    /// <summary>Bytes of memory held.</summary>
    public long RetainedBytes => _held?.RetainedBytes ?? 0;

    /// <summary>Messages begun.</summary>
    public int Messages { get; private set; }

    /// <summary>Looks at a segment, or datagram.</summary>
    /// <returns>What it is, and whether the message's earlier segments belong to it.</returns>
    public (Protocol Protocol, MessageKind Kind, bool WithHeld) Look(
        int side, ulong position, ReadOnlySpan<byte> bytes, bool isDatagram)
    {
        if (isDatagram || side != _side || position != _end)
        {
            Begin(side, position);
        }

        if (_firstBytes < _first.Length && _start + (ulong)_firstBytes == position)
        {
            var more = Math.Min(bytes.Length, _first.Length - _firstBytes);
            bytes[..more].CopyTo(_first.AsSpan(_firstBytes));
            _firstBytes += more;
        }

        _end = position + (ulong)bytes.Length;
        var head = new RecognitionHead(_first.AsSpan(0, _firstBytes), _end - _start, isDatagram);
        var (protocol, kind) = ProtocolRecogniser.Recognise(head);
        if (kind != MessageKind.None && _isHeldWhole)
        {
            return (protocol, kind, true);
        }

        if (position == _start && kind == MessageKind.None)
        {
            return (Protocol.Unknown, MessageKind.None, false);
        }

        head = new RecognitionHead(bytes, (ulong)bytes.Length, isDatagram);
        (protocol, kind) = ProtocolRecogniser.Recognise(head);
        return (protocol, kind, false);
    }

    /// <summary>Keeps a segment until the message is recognised.</summary>
    public void Hold(ulong position, long timeNs, ReadOnlySpan<byte> bytes)
    {
        if (!_isHeldWhole || _end - _start > MaxHeldBytes)
        {
            _isHeldWhole = false;
            Release();
            return;
        }

        if (_held is null)
        {
            _held = new ByteStream(MaxHeldBytes);
            _held.SkipTo(_start);
        }

        _held.Append(position, timeNs, bytes);
    }

    /// <summary>The segment of the message that was held first; empty when there is none left.</summary>
    public ReadOnlySpan<byte> TakeHeld(out ulong position, out long timeNs)
    {
        (position, timeNs) = (0, 0);
        if (_held is null || _held.IsEmpty)
        {
            return default;
        }

        position = _held.Position;
        return _held.HeadChunk(out timeNs);
    }

    /// <summary>Done with the bytes of <see cref="TakeHeld"/>.</summary>
    public void Advance(int bytes) => _held!.Advance(bytes);

    /// <summary>Gives memory back.</summary>
    public void Release()
    {
        _held?.Clear();
        _held = null;
    }

    private void Begin(int side, ulong position)
    {
        Release();
        (_side, _start, _end, _firstBytes, _isHeldWhole) = (side, position, position, 0, true);
        Messages++;
    }
}
