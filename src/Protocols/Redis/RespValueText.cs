using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Redis;

/// <summary>
/// Text of one RESP value, written while its tokens come: a plain value as it is, aggregates as JSON whose values are
/// all strings. Attributes are left out.
/// </summary>
internal sealed class RespValueText(CellText text)
{
    private const int MaxDepth = 32; // aggregates within each other; deeper ones are refused

    private readonly CellText _text = text;
    private readonly Level[] _levels = new Level[MaxDepth];
    private int _depth;
    private int _attributes; // open ones: what is inside is not written

    /// <summary>True between the first and the last token of a value.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Begins a new value.</summary>
    public void Clear() => (_depth, _attributes, IsOpen) = (0, 0, false);

    /// <summary>Takes the next token. False when no value goes on like this.</summary>
    public bool Add(in RespToken token)
    {
        IsOpen = true;
        if (token.IsAggregate)
        {
            return Open(token);
        }

        Separate();
        Write(token);
        Close();
        return true;
    }

    /// <summary>As <see cref="Add"/> of an array of this many elements.</summary>
    public bool AddArray(long count)
    {
        IsOpen = true;
        return Open(RespToken.OfArray(count));
    }

    private bool Open(in RespToken token)
    {
        var inMap = _depth > 0 && _levels[_depth - 1].IsKey;
        if (_depth == MaxDepth || (inMap && token.Type != RespType.Attribute))
        {
            return false; // no server sends a key that is an aggregate
        }

        var isMap = token.Type is RespType.Map or RespType.Attribute;
        if (token.Type == RespType.Attribute)
        {
            _attributes++;
        }
        else
        {
            Separate();
            Append(isMap ? "{"u8 : "["u8);
        }

        _levels[_depth++] = new Level(token.Type, isMap ? 2 * token.Number : token.Number, 0);
        if (token.Number == 0)
        {
            EndLevel();
        }

        return true;
    }

    // An element is written: so are the aggregates that end with it.
    private void Close()
    {
        if (_depth == 0)
        {
            IsOpen = false;
            return;
        }

        ref var level = ref _levels[_depth - 1];
        level = level with { Done = level.Done + 1 };
        if (level.Done == level.Count)
        {
            EndLevel();
        }
    }

    private void EndLevel()
    {
        var type = _levels[--_depth].Type;
        if (type == RespType.Attribute)
        {
            _attributes--; // the value it is about follows
            return;
        }

        Append(type == RespType.Map ? "}"u8 : "]"u8);
        Close();
    }

    private void Separate()
    {
        if (_depth > 0 && _levels[_depth - 1] is { Done: > 0 } level)
        {
            Append(level.Type is RespType.Map or RespType.Attribute && !level.IsKey ? ":"u8 : ","u8);
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_attributes == 0)
        {
            _text.Append(bytes);
        }
    }

    private void Write(in RespToken token)
    {
        if (_attributes > 0)
        {
            return;
        }

        if (_depth == 0)
        {
            _text.AppendText(TextOf(token));
        }
        else
        {
            _text.AppendJsonString(TextOf(token));
        }

        if (token.IsTruncated)
        {
            _text.MarkCut();
        }
    }

    private static ReadOnlySpan<byte> TextOf(in RespToken token) =>
        token.Type == RespType.Array ? "[NULL]"u8
        : token.IsNull ? "<NULL>"u8
        : token.Type == RespType.Boolean ? token.Text[0] == 't' ? "true"u8 : "false"u8
        : token.Type == RespType.Verbatim && token.Text.Length >= 4 ? token.Text[4..]
        : token.Text;

    private readonly record struct Level(RespType Type, long Count, long Done)
    {
        // The next element is a key.
        public bool IsKey => Type is RespType.Map or RespType.Attribute && Done % 2 == 0;
    }
}
