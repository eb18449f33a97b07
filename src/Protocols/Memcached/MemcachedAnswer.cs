using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Memcached;

/// <summary>The answer that is being read, part by part.</summary>
internal sealed class MemcachedAnswer(FramingOptions options)
{
    private readonly CellText _text = new(options.BodyLimitBytes);
    private readonly int _limit = options.BodyLimitBytes;
    private bool _isObject; // of names and values

    /// <summary>Values found.</summary>
    public long Items { get; private set; }

    /// <summary>Bytes of the values found.</summary>
    public long Bytes { get; private set; }

    /// <summary>True between the first part and the last.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Bytes of memory held.</summary>
    public long RetainedBytes => _text.RetainedBytes;

    /// <summary>Whether a value is shown; others are named as what they are.</summary>
    public static ReadOnlySpan<byte> Shown(ReadOnlySpan<byte> value, int limit)
    {
        var kept = value[..Math.Min(value.Length, limit + 1)];
        return Utf8Text.LooksLikeText(kept) ? kept : "[REMOVED: not text]"u8;
    }

    /// <summary>Begins a new answer.</summary>
    public void Clear()
    {
        (Items, Bytes, IsOpen, _isObject) = (0, 0, false, false);
        _text.Clear();
    }

    /// <summary>Gives the memory back.</summary>
    public void Release()
    {
        Clear();
        _text.Release();
    }

    /// <summary>Adds a value that was found.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="value">What was kept of it.</param>
    /// <param name="bytes">Bytes of it on the wire.</param>
    /// <param name="named">Whether the key is shown: several were asked for.</param>
    public void AddItem(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long bytes, bool named)
    {
        Items++;
        Bytes += bytes;
        if (named || IsOpen)
        {
            AddPair(key, Shown(value, _limit), isCut: value.Length < bytes);
            return;
        }

        IsOpen = true;
        AddText(Shown(value, _limit), isCut: value.Length < bytes);
    }

    /// <summary>Adds a figure.</summary>
    public void AddPair(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool isCut = false)
    {
        if (IsOpen && !_isObject)
        {
            return; // a value without its key stands there: more came than was asked for
        }

        _text.Append(_isObject ? ","u8 : "{"u8);
        (IsOpen, _isObject) = (true, true);
        _text.AppendJsonString(name);
        _text.Append(":"u8);
        _text.AppendJsonString(value);
        if (isCut)
        {
            _text.MarkCut();
        }
    }

    /// <summary>Adds a line of a form of its own.</summary>
    public void AddLine(ReadOnlySpan<byte> line)
    {
        if (_isObject)
        {
            return; // of another answer, whose end was not seen
        }

        if (IsOpen)
        {
            _text.Append("\n"u8);
        }

        IsOpen = true;
        _text.AppendText(line);
    }

    /// <summary>Adds the rest of a line that says how it went.</summary>
    public void AddText(ReadOnlySpan<byte> text, bool isCut = false)
    {
        if (_isObject)
        {
            return; // of another answer, whose end was not seen
        }

        _text.AppendText(text);
        if (isCut)
        {
            _text.MarkCut();
        }
    }

    /// <summary>Says that more belongs to the answer and was not seen.</summary>
    public void MarkCut() => _text.MarkCut();

    /// <summary>The text of the cell.</summary>
    public ReadOnlySpan<byte> Finish(SessionCounters counters)
    {
        if (!_isObject)
        {
            return _text.Finish(counters);
        }

        if (!_text.IsCut)
        {
            _text.Append("}"u8);
        }

        return _text.FinishJson(counters);
    }
}
