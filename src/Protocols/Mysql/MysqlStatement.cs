using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Streams;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Mysql;

/// <summary>
/// A prepared statement. Kept like a request that waits: found by its number, bounded, the oldest goes first.
/// </summary>
internal sealed class MysqlStatement : PendingRequest
{
    private const int MaxShown = 1024; // parameters whose types are kept
    private const int LongBits = 64; // parameters that are remembered as sent in pieces
    private PooledBuffer _text;
    private PooledBuffer _types; // two bytes each, of the last execute that named them
    private int _parameters;
    private bool _isCut;
    private ulong _long; // parameters sent in pieces
    private bool _hasLongBeyond; // one of them has no bit

    /// <inheritdoc/>
    public override long RetainedBytes => 128 + _text.Capacity + _types.Capacity; // 128: the object itself

    /// <summary>What was prepared.</summary>
    public void Set(ReadOnlySpan<byte> text, bool isCut, int parameters)
    {
        _text.Append(text);
        (_isCut, _parameters) = (isCut, parameters);
    }

    /// <summary>A parameter is sent in pieces, before the execute.</summary>
    public void MarkLong(int parameter)
    {
        _long |= parameter < LongBits ? 1UL << parameter : 0;
        _hasLongBeyond |= parameter >= LongBits;
    }

    /// <summary>No parameter is sent in pieces any more.</summary>
    public void ForgetLong() => (_long, _hasLongBeyond) = (0, false);

    /// <summary>Appends the text, cut as it is.</summary>
    public void AppendText(CellText text)
    {
        text.Append(_text.Span);
        if (_isCut)
        {
            text.MarkCut();
        }
    }

    /// <summary>Appends "query=[..] params=[..]" of an execute.</summary>
    /// <param name="payload">Its payload from behind the statement's number on; may be cut.</param>
    /// <param name="text">Where it goes.</param>
    public void AppendExecute(ReadOnlySpan<byte> payload, CellText text)
    {
        text.Append("query=["u8);
        AppendText(text);
        text.Append("] params=["u8);
        AppendParameters(payload, text);
        text.Append("]"u8);
        ForgetLong();
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        _text.Clear();
        _types.Clear();
        (_parameters, _isCut) = (0, false);
        ForgetLong();
    }

    private void AppendParameters(ReadOnlySpan<byte> payload, CellText text)
    {
        const byte CountFlag = 8; // attributes of the query may follow, and their number is told
        var reader = new MysqlReader(payload);
        var named = (reader.Byte() & CountFlag) != 0;
        reader.UInt32(); // how often: always once
        if (_parameters == 0)
        {
            return; // attributes of the query at most
        }

        var count = named ? reader.Number() : (ulong)_parameters;
        var nulls = reader.Bytes((count + 7) / 8);
        if (reader.Byte() != 0)
        {
            ReadTypes(ref reader, count, named);
        }

        var shown = Math.Min(_parameters, _types.Length / 2);
        for (var i = 0; i < shown && !reader.IsPastEnd && !(_hasLongBeyond && i >= LongBits); i++)
        {
            text.Append(i > 0 ? ", "u8 : default);
            AppendParameter(ref reader, nulls, i, text);
        }

        if (shown < _parameters || reader.IsPastEnd || _hasLongBeyond)
        {
            text.MarkCut();
        }
    }

    private void AppendParameter(ref MysqlReader reader, ReadOnlySpan<byte> nulls, int index, CellText text)
    {
        if (index / 8 < nulls.Length && (nulls[index / 8] >> (index % 8) & 1) != 0)
        {
            text.Append("NULL"u8);
            return;
        }

        if (index < LongBits && (_long >> index & 1) != 0)
        {
            text.Append("<long data>"u8);
            return;
        }

        var type = (MysqlType)_types.Span[2 * index];
        var value = MysqlParameters.Read(ref reader, type, out var isCut);
        if (!reader.IsPastEnd || isCut)
        {
            MysqlParameters.Append(value, type, _types.Span[(2 * index) + 1], text);
        }
    }

    private void ReadTypes(ref MysqlReader reader, ulong count, bool named)
    {
        _types.Clear();
        for (var i = 0UL; i < count && !reader.IsPastEnd; i++)
        {
            var type = reader.Bytes(2);
            if (i < MaxShown)
            {
                _types.Append(type);
            }

            if (named)
            {
                reader.Text(out _);
            }
        }
    }
}
