using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Http;

/// <summary>
/// Walks over a body without needing its bytes at once: knows only how many are left, or where in a chunk it is.
/// </summary>
/// <remarks>
/// Chunk: size in hex, optional extensions, CR LF, data, CR LF; the last has size 0, then trailer lines and an empty
/// line. Source: RFC 9112 §7.1. A lone LF is taken for CR LF.
/// </remarks>
internal struct HttpBody
{
    private const int MaxLineBytes = 64 << 10; // of a chunk's size line, and of all trailers: longer is not HTTP

    private Step _step;
    private HttpBodyKind _kind;
    private long _remaining; // bytes of the body or chunk to come; value of a size line while it is read
    private int _lineBytes;
    private bool _digits;

    private enum Step : byte
    {
        Data,
        Size,
        Extension,
        DataEnd,
        DataEndLineFeed,
        TrailerStart,
        TrailerLine,
        LastLineFeed,
        Done,
    }

    /// <summary>True when the body ended.</summary>
    public readonly bool IsDone => _step == Step.Done;

    /// <summary>How the body ends.</summary>
    public readonly HttpBodyKind Kind => _kind;

    /// <summary>Starts a body.</summary>
    public static HttpBody Start(HttpBodyKind kind, long contentLength) => new()
    {
        _kind = kind,
        _remaining = kind == HttpBodyKind.Length ? contentLength : 0,
        _step = kind switch
        {
            HttpBodyKind.None => Step.Done,
            HttpBodyKind.Chunked => Step.Size,
            _ => Step.Data,
        },
    };

    /// <summary>Walks over bytes up to the end of the body or of one run of payload.</summary>
    /// <param name="data">The bytes that follow.</param>
    /// <param name="consumed">Bytes walked over, payload included.</param>
    /// <param name="payload">The last bytes walked over that belong to the body's payload; may be empty.</param>
    /// <returns>Success at the end of the body, NeedMoreData before it.</returns>
    public ParseStatus Read(ReadOnlySpan<byte> data, out int consumed, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        consumed = 0;
        while (_step != Step.Done && consumed < data.Length)
        {
            if (_step == Step.Data)
            {
                var run = _kind == HttpBodyKind.UntilClose
                    ? data.Length - consumed
                    : (int)Math.Min(data.Length - consumed, _remaining);
                payload = data.Slice(consumed, run);
                consumed += run;
                TakeData(run);
                break;
            }

            if (!TakeByte(data[consumed]))
            {
                return ParseStatus.Invalid;
            }

            consumed++;
        }

        return _step == Step.Done ? ParseStatus.Success : ParseStatus.NeedMoreData;
    }

    /// <summary>Bytes that may be missing here without losing the framing.</summary>
    public readonly ulong Skippable => _step != Step.Data ? 0
        : _kind == HttpBodyKind.UntilClose ? ulong.MaxValue
        : (ulong)_remaining;

    /// <summary>Walks over missing bytes, no more than <see cref="Skippable"/>.</summary>
    public void Skip(ulong bytes) => TakeData((long)Math.Min(bytes, long.MaxValue));

    private void TakeData(long bytes)
    {
        if (_kind == HttpBodyKind.UntilClose)
        {
            return;
        }

        _remaining -= bytes;
        if (_remaining == 0)
        {
            _step = _kind == HttpBodyKind.Chunked ? Step.DataEnd : Step.Done;
        }
    }

    private bool TakeByte(byte value)
    {
        if (++_lineBytes > MaxLineBytes)
        {
            return false;
        }

        switch (_step)
        {
            case Step.Size:
                return TakeSize(value);
            case Step.Extension:
                return value != '\n' || EndSize();
            case Step.DataEnd:
                _step = value == '\r' ? Step.DataEndLineFeed : Step.Size;
                _lineBytes = 0;
                return value is (byte)'\r' or (byte)'\n';
            case Step.DataEndLineFeed:
                _step = Step.Size;
                return value == '\n';
            case Step.TrailerStart:
                _step = value switch
                {
                    (byte)'\r' => Step.LastLineFeed,
                    (byte)'\n' => Step.Done,
                    _ => Step.TrailerLine,
                };
                return true;
            case Step.TrailerLine:
                _step = value == '\n' ? Step.TrailerStart : Step.TrailerLine;
                return true;
            default: // LastLineFeed
                _step = Step.Done;
                return value == '\n';
        }
    }

    private bool TakeSize(byte value)
    {
        var digit = HexDigit(value);
        if (digit >= 0)
        {
            _digits = true;
            _remaining = (_remaining << 4) | (uint)digit;
            return _remaining < 1L << 56; // keeps the next shift from overflowing
        }

        if (!_digits)
        {
            return false;
        }

        _step = Step.Extension;
        return value == '\n' ? EndSize() : value is (byte)'\r' or (byte)';' or (byte)' ' or (byte)'\t';
    }

    private static int HexDigit(byte value) => value switch
    {
        >= (byte)'0' and <= (byte)'9' => value - '0',
        >= (byte)'a' and <= (byte)'f' => value - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => value - 'A' + 10,
        _ => -1,
    };

    private bool EndSize()
    {
        _step = _remaining == 0 ? Step.TrailerStart : Step.Data;
        _digits = false;
        _lineBytes = 0;
        return true;
    }
}
