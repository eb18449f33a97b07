using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Cql;

/// <summary>
/// Text of a request's body. Values are hex unless the prepared statement that they belong to is known.
/// </summary>
/// <param name="version">Of the protocol.</param>
/// <param name="text">Where it goes.</param>
/// <param name="statements">The prepared statements that are known.</param>
internal readonly ref struct CqlRequestText(int version, CellText text, CqlStatements statements)
{
    private const int WideFlagsVersion = 5; // flags of queries have four bytes
    private const int MaxScalarBytes = 32;
    private const int ValuesFlag = 1;
    private const int NamesFlag = 0x40;

    /// <summary>Writes a body.</summary>
    /// <param name="head">The head of its message.</param>
    /// <param name="body">The body; borrowed.</param>
    /// <param name="isCut">Whether its end is missing.</param>
    /// <param name="statement">The statement that is executed, when it is known.</param>
    /// <returns>False when the body makes no sense.</returns>
    public bool Write(in CqlEnvelope head, ReadOnlySpan<byte> body, bool isCut, out CqlStatement? statement)
    {
        var reader = new CqlReader(body);
        statement = null;
        if ((head.Flags & CqlFlags.CustomPayload) != 0)
        {
            SkipBytesMap(ref reader);
        }

        switch (head.Opcode)
        {
            case CqlOpcode.Startup:
                WriteMap(ref reader, text);
                break;
            case CqlOpcode.Register:
                WriteList(ref reader, text);
                break;
            case CqlOpcode.Query:
                text.AppendText(reader.ReadLongString());
                WriteParameters(ref reader, default, isFirst: false);
                break;
            case CqlOpcode.Prepare:
                text.AppendText(reader.ReadLongString());
                break;
            case CqlOpcode.Execute:
                statement = WriteExecute(ref reader);
                break;
            case CqlOpcode.Batch:
                WriteBatch(ref reader);
                break;
            case CqlOpcode.AuthResponse: // a password
                reader.ReadBytes(out _);
                break;
        }

        if (reader.IsStopped)
        {
            text.MarkCut();
        }

        return !reader.IsInvalid && (isCut || !reader.IsShort);
    }

    /// <summary>Writes a list of texts as JSON.</summary>
    public static void WriteList(ref CqlReader reader, CellText text)
    {
        text.Append("["u8);
        for (int i = 0, count = reader.ReadShort(); i < count && !reader.IsStopped; i++)
        {
            text.Append(i > 0 ? ","u8 : default);
            text.AppendJsonString(reader.ReadString());
        }

        text.Append("]"u8);
    }

    /// <summary>Passes by pairs of names and bytes.</summary>
    public static void SkipBytesMap(ref CqlReader reader)
    {
        for (var count = reader.ReadShort(); count > 0 && !reader.IsStopped; count--)
        {
            reader.ReadString();
            reader.ReadBytes(out _);
        }
    }

    /// <summary>Writes pairs of texts as JSON.</summary>
    public static void WriteMap(ref CqlReader reader, CellText text)
    {
        text.Append("{"u8);
        for (int i = 0, count = reader.ReadShort(); i < count && !reader.IsStopped; i++)
        {
            text.Append(i > 0 ? ","u8 : default);
            text.AppendJsonString(reader.ReadString());
            text.Append(":"u8);
            text.AppendJsonString(reader.ReadString());
        }

        text.Append("}"u8);
    }

    private CqlStatement? WriteExecute(ref CqlReader reader)
    {
        var statement = statements.Find(reader.ReadString());
        if (version >= WideFlagsVersion)
        {
            reader.ReadString(); // id of the result's columns
        }

        if (statement is not null)
        {
            WriteStatement(statement);
        }

        WriteParameters(ref reader, statement?.Types, isFirst: statement is null);
        return statement;
    }

    private void WriteStatement(CqlStatement statement)
    {
        text.Append(statement.Text);
        if (statement.IsCut)
        {
            text.MarkCut();
        }
    }

    private void WriteParameters(ref CqlReader reader, ReadOnlySpan<byte> types, bool isFirst)
    {
        reader.ReadShort(); // consistency
        var flags = version >= WideFlagsVersion ? reader.ReadInt() : reader.ReadByte();
        if (reader.IsStopped)
        {
            return;
        }

        var count = (flags & ValuesFlag) != 0 ? reader.ReadShort() : 0;
        if (count > 0 || isFirst)
        {
            text.Append(isFirst ? default : "\n"u8);
            WriteValues(ref reader, count, (flags & NamesFlag) != 0, types);
        }
    }

    private void WriteValues(ref CqlReader reader, int count, bool named, ReadOnlySpan<byte> typeBytes)
    {
        var types = new CqlReader(named ? default : typeBytes); // names may come in any order
        text.Append(named ? "{"u8 : "["u8);
        for (var i = 0; i < count && !reader.IsStopped; i++)
        {
            text.Append(i > 0 ? ","u8 : default);
            if (named)
            {
                text.AppendJsonString(reader.ReadString());
                text.Append(":"u8);
            }

            WriteValue(ref reader, ref types);
        }

        text.Append(named ? "}"u8 : "]"u8);
    }

    private void WriteValue(ref CqlReader reader, ref CqlReader types)
    {
        var value = reader.ReadValue(out var kind);
        if (reader.IsStopped && value.Length <= MaxScalarBytes)
        {
            return; // the beginning of a long value is told, that of a number would be another one
        }

        var isTyped = !types.Rest.IsEmpty && !types.IsStopped;
        if (isTyped && kind == CqlValueKind.Bytes)
        {
            CqlValueText.Append(ref types, value, text);
            return;
        }

        if (isTyped)
        {
            CqlTypes.Skip(ref types);
        }

        if (kind == CqlValueKind.Bytes)
        {
            CqlValueText.AppendHex(value, text);
        }
        else
        {
            text.Append(kind == CqlValueKind.Null ? "null"u8 : "\"<unset>\""u8);
        }
    }

    private void WriteBatch(ref CqlReader reader)
    {
        reader.ReadByte(); // logged, unlogged, counters
        text.Append("["u8);
        for (int i = 0, count = reader.ReadShort(); i < count && !reader.IsStopped; i++)
        {
            text.Append(i > 0 ? ","u8 : default);
            WriteBatched(ref reader);
        }

        text.Append("]"u8);
    }

    private void WriteBatched(ref CqlReader reader)
    {
        CqlStatement? statement = null;
        if (reader.ReadByte() == 0)
        {
            text.Append("{\"query\":"u8);
            text.AppendJsonString(reader.ReadLongString());
        }
        else
        {
            var id = reader.ReadString();
            statement = statements.Find(id);
            if (statement is not null)
            {
                text.Append("{\"query\":"u8);
                text.AppendJsonString(statement.Text);
            }
            else
            {
                text.Append("{\"id\":"u8);
                CqlValueText.AppendHex(id, text);
            }
        }

        var count = reader.ReadShort();
        if (count > 0)
        {
            text.Append(",\"values\":"u8);
            WriteValues(ref reader, count, named: false, statement?.Types);
        }

        text.Append("}"u8);
    }
}
