using System.Buffers.Binary;
using System.Collections.Frozen;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Pgsql;

/// <summary>Messages as the text of a cell. Bodies come without tag and length, and may miss their end.</summary>
internal static class PgsqlText
{
    private static readonly FrozenDictionary<byte, byte[]> ErrorFields = new Dictionary<char, string>
    {
        ['S'] = "Severity",
        ['V'] = "InternalSeverity",
        ['C'] = "Code",
        ['M'] = "Message",
        ['D'] = "Detail",
        ['H'] = "Hint",
        ['P'] = "Position",
        ['p'] = "InternalPosition",
        ['q'] = "InternalQuery",
        ['W'] = "Where",
        ['s'] = "SchemaName",
        ['t'] = "TableName",
        ['c'] = "ColumnName",
        ['d'] = "DataTypeName",
        ['n'] = "ConstraintName",
        ['F'] = "File",
        ['L'] = "Line",
        ['R'] = "Routine",
    }.ToFrozenDictionary(pair => (byte)pair.Key, pair => System.Text.Encoding.ASCII.GetBytes(pair.Value));

    private static ReadOnlySpan<byte> Null => "[NULL]"u8;

    /// <summary>Names and values of a start-up message: "user=postgres database=postgres".</summary>
    public static void WriteStartup(ReadOnlySpan<byte> body, CellText text)
    {
        var reader = new PgsqlReader(body);
        for (var first = true; !reader.Rest.IsEmpty && reader.Rest[0] != 0 && !text.IsCut; first = false)
        {
            text.Append(first ? ""u8 : " "u8);
            text.AppendText(reader.ReadText());
            if (reader.Failed)
            {
                return; // cut inside of a name
            }

            text.Append("="u8);
            text.AppendText(reader.ReadText());
        }
    }

    /// <summary>The text of a simple query.</summary>
    public static void WriteQuery(ReadOnlySpan<byte> body, CellText text) => text.AppendText(body.TrimEnd((byte)0));

    /// <summary>The text of the statement of a Parse message.</summary>
    public static void WriteParse(ReadOnlySpan<byte> body, CellText text)
    {
        var reader = new PgsqlReader(body);
        reader.ReadText();
        text.AppendText(reader.ReadText());
    }

    /// <summary>What a Describe or Close message names.</summary>
    public static void WriteTarget(ReadOnlySpan<byte> body, CellText text)
    {
        var reader = new PgsqlReader(body);
        text.Append(reader.ReadByte() == 'S' ? "type=kStatement name="u8 : "type=kPortal name="u8);
        text.AppendText(reader.ReadText());
    }

    /// <summary>A Bind message with all its fields.</summary>
    public static void WriteBind(ReadOnlySpan<byte> body, ReadOnlySpan<byte> types, CellText text)
    {
        var reader = new PgsqlReader(body);
        text.Append("portal="u8);
        text.AppendText(reader.ReadText());
        text.Append(" statement="u8);
        text.AppendText(reader.ReadText());
        text.Append(" parameters=["u8);
        WriteParameters(ref reader, types, text, withFormats: true);
        text.Append("] result_format_codes=["u8);
        var formats = reader.ReadArray(sizeof(short));
        for (var i = 0; i < formats.Length && !text.IsCut; i += sizeof(short))
        {
            text.Append(i == 0 ? ""u8 : ", "u8);
            text.Append(FormatName(BinaryPrimitives.ReadInt16BigEndian(formats[i..])));
        }

        text.Append("]"u8);
    }

    /// <summary>The request cell of an execution: "query=[SELECT $1] params=[a]".</summary>
    /// <returns>Formats of the columns that the Bind message asks for.</returns>
    public static ReadOnlySpan<byte> WriteExecution(ReadOnlySpan<byte> bind, PgsqlStatement? statement, CellText text)
    {
        var reader = new PgsqlReader(bind);
        reader.ReadText();
        reader.ReadText();
        text.Append("query=["u8);
        text.AppendText(statement is null ? [] : statement.Query);
        text.Append("] params=["u8);
        WriteParameters(ref reader, statement is null ? [] : statement.Types, text, withFormats: false);
        text.Append("]"u8);
        return reader.ReadArray(sizeof(short));
    }

    /// <summary>A function call: the function's object id and its arguments, whose types nobody tells.</summary>
    public static void WriteCall(ReadOnlySpan<byte> body, CellText text)
    {
        var reader = new PgsqlReader(body);
        text.Append("function="u8);
        text.Append((uint)reader.ReadInt32());
        text.Append(" arguments=["u8);
        WriteParameters(ref reader, [], text, withFormats: false);
        text.Append("]"u8);
    }

    /// <summary>The result of a function call.</summary>
    public static void WriteCallResult(ReadOnlySpan<byte> body, CellText text)
    {
        var reader = new PgsqlReader(body);
        var value = reader.ReadValue(out var isNull);
        if (isNull)
        {
            text.Append(Null);
        }
        else
        {
            PgsqlValues.Write(value, binary: true, type: 0, text);
        }
    }

    /// <summary>Fields of an error or a notice.</summary>
    public static void WriteError(ReadOnlySpan<byte> title, ReadOnlySpan<byte> body, CellText text)
    {
        text.Append(title);
        text.Append(" ["u8);
        var reader = new PgsqlReader(body);
        for (var first = true; !reader.Rest.IsEmpty && reader.Rest[0] != 0 && !text.IsCut; first = false)
        {
            var code = reader.ReadByte();
            text.Append(first ? ""u8 : " "u8);
            if (ErrorFields.TryGetValue(code, out var name))
            {
                text.Append(name);
            }
            else
            {
                text.Append("Field:"u8);
                text.AppendText([code]);
            }

            text.Append("="u8);
            text.AppendText(reader.ReadText());
        }

        text.Append("]"u8);
    }

    /// <summary>The columns of a result with all their fields.</summary>
    public static void WriteColumns(ReadOnlySpan<byte> body, CellText text)
    {
        text.Append("ROW DESCRIPTION ["u8);
        var columns = new PgsqlColumnReader(body);
        for (var first = true; !text.IsCut && columns.Read(out var column); first = false)
        {
            text.Append(first ? "name="u8 : "] [name="u8);
            text.AppendText(column.Name);
            WriteNumber(" table_oid="u8, (uint)column.Table, text);
            WriteNumber(" attr_num="u8, column.Attribute, text);
            WriteNumber(" type_oid="u8, (uint)column.Type, text);
            WriteNumber(" type_size="u8, column.Size, text);
            WriteNumber(" type_modifier="u8, column.Modifier, text);
            text.Append(" fmt_code="u8);
            text.Append(FormatName(column.Format));
        }

        text.Append("]"u8);
    }

    /// <summary>The names of the columns as a line.</summary>
    public static void WriteNames(ReadOnlySpan<byte> columns, CellText text)
    {
        var reader = new PgsqlColumnReader(columns);
        var first = true;
        for (; !text.IsCut && reader.Read(out var column); first = false)
        {
            text.Append(first ? ""u8 : ","u8);
            text.AppendText(column.Name);
        }

        text.Append(first ? ""u8 : "\n"u8);
    }

    /// <summary>A row as a line.</summary>
    /// <param name="body">Of the row's message.</param>
    /// <param name="columns">Of the result; none when not known.</param>
    /// <param name="formats">That the client asked for.</param>
    /// <param name="ownFormats">Whether the columns tell the formats instead.</param>
    /// <param name="text">Where it goes.</param>
    public static void WriteRow(
        ReadOnlySpan<byte> body, ReadOnlySpan<byte> columns, ReadOnlySpan<byte> formats, bool ownFormats, CellText text)
    {
        var reader = new PgsqlReader(body);
        var shape = new PgsqlColumnReader(columns);
        var count = reader.ReadInt16();
        for (var i = 0; i < count && !reader.Failed && !text.IsCut; i++)
        {
            text.Append(i == 0 ? ""u8 : ","u8);
            shape.Read(out var column);
            var value = reader.ReadValue(out var isNull);
            if (isNull)
            {
                text.Append(Null);
                continue;
            }

            var format = ownFormats ? column.Format : FormatOf(formats, i);
            PgsqlValues.Write(value, format == 1, column.Type, text);
        }

        text.Append("\n"u8);
    }

    private static void WriteParameters(
        ref PgsqlReader reader, ReadOnlySpan<byte> types, CellText text, bool withFormats)
    {
        var formats = reader.ReadArray(sizeof(short));
        var count = reader.ReadInt16();
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            var format = FormatOf(formats, i);
            text.Append(i == 0 ? ""u8 : ", "u8);
            if (withFormats)
            {
                text.Append("[format="u8);
                text.Append(FormatName(format));
                text.Append(" value="u8);
            }

            var value = reader.ReadValue(out var isNull);
            if (isNull)
            {
                text.Append(Null);
            }
            else if (!text.IsCut)
            {
                PgsqlValues.Write(value, format == 1, TypeOf(types, i), text);
            }

            text.Append(withFormats ? "]"u8 : ""u8);
        }
    }

    private static void WriteNumber(ReadOnlySpan<byte> name, long value, CellText text)
    {
        text.Append(name);
        text.Append(value);
    }

    private static ReadOnlySpan<byte> FormatName(short format) => format switch
    {
        0 => "kText"u8,
        1 => "kBinary"u8,
        _ => "kUnknown"u8,
    };

    // None: all are text. One: it holds for all.
    private static short FormatOf(ReadOnlySpan<byte> formats, int index)
    {
        var at = formats.Length == sizeof(short) ? 0 : index * sizeof(short);
        return at < formats.Length ? BinaryPrimitives.ReadInt16BigEndian(formats[at..]) : (short)0;
    }

    private static int TypeOf(ReadOnlySpan<byte> types, int index)
    {
        var at = index * sizeof(int);
        return at + sizeof(int) <= types.Length ? BinaryPrimitives.ReadInt32BigEndian(types[at..]) : 0;
    }
}

/// <summary>One column of a result.</summary>
internal readonly ref struct PgsqlColumn
{
    /// <summary>Its name.</summary>
    public ReadOnlySpan<byte> Name { get; init; }

    /// <summary>Object id of its table; 0 when it is of none.</summary>
    public int Table { get; init; }

    /// <summary>Number within the table.</summary>
    public short Attribute { get; init; }

    /// <summary>Object id of its type; 0 when not known.</summary>
    public int Type { get; init; }

    /// <summary>Bytes of a value; negative when they differ.</summary>
    public short Size { get; init; }

    /// <summary>Modifier of the type.</summary>
    public int Modifier { get; init; }

    /// <summary>0 text, 1 binary.</summary>
    public short Format { get; init; }
}

/// <summary>Reads the columns of a RowDescription message.</summary>
internal ref struct PgsqlColumnReader
{
    private PgsqlReader _reader;
    private int _left;

    /// <summary>Begins; nothing is no columns.</summary>
    public PgsqlColumnReader(ReadOnlySpan<byte> body)
    {
        _reader = new PgsqlReader(body);
        _left = body.IsEmpty ? 0 : _reader.ReadInt16();
    }

    /// <summary>The next column; false when there is no more.</summary>
    public bool Read(out PgsqlColumn column)
    {
        column = default;
        if (_left <= 0 || _reader.Failed)
        {
            return false;
        }

        _left--;
        var read = new PgsqlColumn
        {
            Name = _reader.ReadText(),
            Table = _reader.ReadInt32(),
            Attribute = _reader.ReadInt16(),
            Type = _reader.ReadInt32(),
            Size = _reader.ReadInt16(),
            Modifier = _reader.ReadInt32(),
            Format = _reader.ReadInt16(),
        };
        if (_reader.Failed)
        {
            return false;
        }

        column = read;
        return true;
    }
}
