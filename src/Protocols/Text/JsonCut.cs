using System.Buffers;
using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Protocols.Text;

/// <summary>
/// Makes the beginning of a JSON text a JSON text that says so: a value that is a string ends with the mark of texts
/// that were cut; otherwise what is unfinished goes, and the outermost object gets "truncated":true (an array the mark
/// as its last element).
/// </summary>
internal ref struct JsonCut
{
    private readonly ReadOnlySpan<byte> _json;
    private readonly Span<byte> _closers; // of the objects and arrays that are open
    private int _depth;
    private int _end; // the text is good up to here: behind a value or an opening bracket
    private int _endDepth; // open there
    private int _string = -1; // where the string began that is open at the end
    private bool _isKey; // the next string, or that one, is the name of a member
    private bool _inScalar; // inside a number or a literal

    private JsonCut(ReadOnlySpan<byte> json, Span<byte> closers)
    {
        _json = json;
        _closers = closers;
    }

    /// <summary>Completes a beginning of JSON; one that is whole lacks something that was not seen.</summary>
    public static void Close(ref PooledBuffer text)
    {
        var closers = ArrayPool<byte>.Shared.Rent(text.Length + 1);
        var cut = new JsonCut(text.Span, closers);
        cut.Scan();
        cut.Write(ref text);
        ArrayPool<byte>.Shared.Return(closers);
    }

    private void Scan()
    {
        for (var i = 0; i < _json.Length; i++)
        {
            var next = _json[i];
            if (_inScalar && next is (byte)',' or (byte)'}' or (byte)']')
            {
                _inScalar = false;
                EndValue(i);
            }

            switch (next)
            {
                case (byte)'"':
                    var length = StringBytes(_json[i..]);
                    if (length < 0)
                    {
                        _string = i;
                        return;
                    }

                    i += length - 1;
                    if (!_isKey)
                    {
                        EndValue(i + 1);
                    }

                    break;
                case (byte)'{' or (byte)'[':
                    _closers[_depth++] = (byte)(next + 2);
                    _isKey = next == '{';
                    EndValue(i + 1);
                    break;
                case (byte)'}' or (byte)']' when _depth > 0:
                    _depth--;
                    EndValue(i + 1);
                    break;
                case (byte)',':
                    _isKey = _depth > 0 && _closers[_depth - 1] == '}';
                    break;
                case (byte)':':
                    _isKey = false;
                    break;
                default:
                    _inScalar |= next > ' ';
                    break;
            }
        }
    }

    private void EndValue(int end) => (_end, _endDepth) = (end, _depth);

    private readonly void Write(ref PooledBuffer text)
    {
        if (_string >= 0 && !_isKey)
        {
            var inside = _string + 1;
            text.Truncate(inside + Utf8Text.WholeEscapes(_json[inside..]));
            text.Append(Utf8Text.TruncatedMark);
            text.Append("\""u8);
            Close(_depth, 0, ref text);
            return;
        }

        var isObject = _end > 0 && _json[0] == '{';
        if (!isObject && (_end == 0 || _json[0] != '['))
        {
            text.Clear();
            text.Append("\""u8);
            text.Append(Utf8Text.TruncatedMark);
            text.Append("\""u8);
            return;
        }

        // Back into the outermost, which may have been closed.
        text.Truncate(_endDepth == 0 ? _end - 1 : _end);
        Close(_endDepth, 1, ref text);
        var isEmpty = text.Length == 1;
        text.Append(isEmpty ? default : ","u8);
        text.Append(isObject ? "\"truncated\":true}"u8 : "\"... [TRUNCATED]\"]"u8);
    }

    private readonly void Close(int depth, int to, ref PooledBuffer text)
    {
        for (var i = depth - 1; i >= to; i--)
        {
            text.Append(_closers.Slice(i, 1));
        }
    }

    // Bytes of the string at the beginning, its quotes included; negative when it does not end.
    private static int StringBytes(ReadOnlySpan<byte> json)
    {
        for (var i = 1; i < json.Length; i++)
        {
            var next = json[i..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
            {
                return -1;
            }

            i += next;
            if (json[i] == '"')
            {
                return i + 1;
            }

            i++; // what is escaped
        }

        return -1;
    }
}
