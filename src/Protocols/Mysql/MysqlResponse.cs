using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Mysql;

/// <summary>The answer to one command, packet by packet.</summary>
/// <remarks>
/// OK: 0x00 (0xfe at the end of rows); changed rows and last identity, numbers; status, 2 bytes; warnings, 2.
/// EOF: 0xfe; warnings, 2; status, 2. ERR: 0xff; code, 2; '#' and five letters of the SQL state; text.
/// Rows: number of columns; their definitions; EOF, unless both sides left it out; rows; EOF or OK.
/// </remarks>
internal sealed class MysqlResponse(int bodyLimitBytes)
{
    private const byte OkHead = 0;
    private const byte MoreDataHead = 1; // of a login
    private const byte FileHead = 0xfb;
    private const byte EofHead = 0xfe;
    private const byte ErrHead = 0xff;
    private const int EofBytes = 5;
    private const int OkBytes = 7; // at least
    private const int MaxCountBytes = 10; // number of columns, and a byte on its own
    private const ushort MoreResults = 0x8;
    private const ushort CursorExists = 0x40;
    private const ushort Progress = 0xffff; // the code of a packet that is no error but a report (MariaDB)

    private State _state;
    private MysqlAnswer _answer;
    private bool _optionalMetadata;
    private ulong _definitions; // still to come
    private long _rows;

    private enum State : byte
    {
        Idle,
        First,
        Columns,
        ColumnsEnd,
        Rows,
        Definitions, // of a prepared statement
        Login,
        File, // the client sends one
    }

    // Every definition begins with its catalogue, a text of three bytes that is the same since version 4.1.
    private static ReadOnlySpan<byte> ColumnHead => "\u0003def"u8;

    /// <summary>An answer has begun and is not complete.</summary>
    public bool IsUnderWay => _state != State.Idle;

    /// <summary>The client sends packets in between: a file, or its part of a login.</summary>
    public bool WantsPackets => _state is State.File or State.Login;

    /// <summary>Result so far.</summary>
    public MysqlStatus Status { get; private set; }

    /// <summary>Text so far.</summary>
    public CellText Text { get; } = new(bodyLimitBytes);

    /// <summary>Number of the statement prepared.</summary>
    public uint StatementId { get; private set; }

    /// <summary>Parameters of it.</summary>
    public int Parameters { get; private set; }

    /// <summary>Whether a packet ends rows or definitions, in its old form.</summary>
    public static bool IsEof(ReadOnlySpan<byte> payload, int length) => length == EofBytes && payload is [EofHead, ..];

    /// <summary>Whether an answer to some command can begin with this.</summary>
    public static bool CanBegin(ReadOnlySpan<byte> payload, int length) => payload is [var first, ..] && first switch
    {
        OkHead => length >= OkBytes,
        EofHead => length == EofBytes,
        ErrHead => length > 3,
        FileHead => length > 1,
        _ => length - NumberBytes(first) is 0 or 1, // a byte on its own may stand before or behind
    };

    /// <summary>Begins the answer to a command.</summary>
    public void Begin(MysqlAnswer answer, MysqlCapabilities capabilities)
    {
        (_state, _answer, _rows) = (State.First, answer, 0);
        _optionalMetadata = (capabilities & MysqlCapabilities.OptionalMetadata) != 0;
        Status = MysqlStatus.Unknown;
        Text.Clear();
    }

    /// <summary>The answer ends here, whatever is missing.</summary>
    public void Abandon()
    {
        if (_state is State.Rows or State.ColumnsEnd)
        {
            AppendRows();
            Text.MarkCut();
        }
        else if (_state == State.Idle)
        {
            Text.Clear();
        }

        _state = State.Idle;
        Status = MysqlStatus.Unknown;
    }

    /// <summary>Takes a packet; its payload may be cut.</summary>
    /// <returns>False when it makes no sense here.</returns>
    public bool Accept(ReadOnlySpan<byte> payload, int length)
    {
        if (payload.IsEmpty)
        {
            return false;
        }

        if (payload[0] == ErrHead && length >= 3)
        {
            OnError(payload);
            return true;
        }

        return _state switch
        {
            State.First => AcceptFirst(payload, length),
            State.Columns => AcceptColumn(payload),
            State.ColumnsEnd => AcceptColumnsEnd(payload, length),
            State.Rows => AcceptRow(payload, length),
            State.Definitions => AcceptDefinition(payload, length),
            State.Login => AcceptLogin(payload),
            State.File => AcceptStatus(payload),
            _ => false,
        };
    }

    private bool AcceptFirst(ReadOnlySpan<byte> payload, int length)
    {
        switch (_answer)
        {
            case MysqlAnswer.Status:
                return AcceptStatus(payload);
            case MysqlAnswer.Text:
                Text.AppendText(payload);
                return End();
            case MysqlAnswer.Results:
                return AcceptResult(payload, length);
            case MysqlAnswer.Fields:
                (_state, _definitions) = (State.Columns, ulong.MaxValue);
                return AcceptColumn(payload);
            case MysqlAnswer.Rows:
                _state = State.Rows;
                return AcceptRow(payload, length);
            case MysqlAnswer.Prepared:
                return AcceptPrepared(payload, length);
            case MysqlAnswer.Login:
                return AcceptLogin(payload);
            default:
                return End(); // a stream has begun
        }
    }

    private bool AcceptStatus(ReadOnlySpan<byte> payload) =>
        payload[0] is OkHead or EofHead && (HasMore(payload) ? Expect(State.First) : End());

    private bool AcceptResult(ReadOnlySpan<byte> payload, int length)
    {
        if (payload[0] == OkHead && length >= OkBytes)
        {
            return AcceptStatus(payload);
        }

        if (payload[0] == FileHead)
        {
            return length > 1 && Expect(State.File);
        }

        var reader = new MysqlReader(payload);
        var hasMetadata = !_optionalMetadata || reader.Byte() != 0;
        _definitions = reader.Number();
        hasMetadata &= reader.Rest.IsEmpty || reader.Byte() != 0; // MariaDB leaves out what the client knows
        if (reader.IsPastEnd || !reader.Rest.IsEmpty || _definitions == 0 || length > MaxCountBytes)
        {
            return false;
        }

        return Expect(hasMetadata ? State.Columns : State.ColumnsEnd);
    }

    private bool AcceptColumn(ReadOnlySpan<byte> payload)
    {
        if (_answer == MysqlAnswer.Fields && payload[0] == EofHead)
        {
            return End();
        }

        return payload.StartsWith(ColumnHead) && (--_definitions > 0 || Expect(State.ColumnsEnd));
    }

    private bool AcceptColumnsEnd(ReadOnlySpan<byte> payload, int length)
    {
        if (!IsEof(payload, length))
        {
            return Expect(State.Rows) && AcceptRow(payload, length);
        }

        var status = StatusOf(payload);
        return (status & CursorExists) != 0 ? EndRows(status) : Expect(State.Rows);
    }

    private bool AcceptRow(ReadOnlySpan<byte> payload, int length)
    {
        if (payload[0] == EofHead && length < MysqlPacket.MaxPayload)
        {
            return EndRows(StatusOf(payload));
        }

        _rows++;
        return true;
    }

    private bool AcceptPrepared(ReadOnlySpan<byte> payload, int length)
    {
        if (payload[0] != OkHead || length < 9)
        {
            return false;
        }

        var reader = new MysqlReader(payload[1..]);
        StatementId = reader.UInt32();
        var columns = reader.UInt16();
        Parameters = reader.UInt16();
        reader.Bytes(3); // a filler, warnings
        var hasMetadata = reader.Rest.IsEmpty || reader.Byte() != 0;
        _definitions = hasMetadata ? (ulong)(columns + Parameters) : 0;
        return _definitions == 0 ? End() : Expect(State.Definitions);
    }

    // Both groups of definitions may have an EOF behind them; the last one is left to the session.
    private bool AcceptDefinition(ReadOnlySpan<byte> payload, int length)
    {
        if (IsEof(payload, length))
        {
            return true;
        }

        return payload.StartsWith(ColumnHead) && (--_definitions > 0 || End());
    }

    private bool AcceptLogin(ReadOnlySpan<byte> payload) => payload[0] switch
    {
        OkHead => End(),
        EofHead or MoreDataHead => Expect(State.Login),
        _ => false,
    };

    private void OnError(ReadOnlySpan<byte> payload)
    {
        var reader = new MysqlReader(payload[1..]);
        if (reader.UInt16() == Progress)
        {
            return;
        }

        if (reader.Rest is [(byte)'#', ..])
        {
            reader.Bytes(6); // the SQL state
        }

        Text.Clear();
        Text.AppendText(reader.Rest);
        (_state, Status) = (State.Idle, MysqlStatus.Error);
    }

    private bool EndRows(ushort status)
    {
        AppendRows();
        _rows = 0;
        return (status & MoreResults) != 0 ? Expect(State.First) : End();
    }

    private void AppendRows()
    {
        if (_answer is MysqlAnswer.Results or MysqlAnswer.Rows)
        {
            Text.Append(Text.IsEmpty ? "Resultset rows = "u8 : ", Resultset rows = "u8);
            Text.Append(_rows);
        }
    }

    private bool Expect(State state)
    {
        _state = state;
        return true;
    }

    private bool End()
    {
        (_state, Status) = (State.Idle, MysqlStatus.Ok);
        return true;
    }

    private static bool HasMore(ReadOnlySpan<byte> payload) => (StatusOf(payload) & MoreResults) != 0;

    private static ushort StatusOf(ReadOnlySpan<byte> payload)
    {
        var reader = new MysqlReader(payload[1..]);
        if (IsEof(payload, payload.Length))
        {
            reader.UInt16();
            return reader.UInt16();
        }

        reader.Number();
        reader.Number();
        return reader.UInt16();
    }

    // Bytes of a number by its first one.
    private static int NumberBytes(byte first) => first switch
    {
        < 0xfb => 1,
        0xfc => 3,
        0xfd => 4,
        _ => 9,
    };
}

/// <summary>What became of a command.</summary>
internal enum MysqlStatus : byte
{
    /// <summary>No answer, or not all of it.</summary>
    Unknown,

    /// <summary>The command has no answer.</summary>
    None,

    /// <summary>It went well.</summary>
    Ok,

    /// <summary>It failed.</summary>
    Error,
}
