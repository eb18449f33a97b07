using PixieOrleans.Model;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Cql;

/// <summary>Text of a response's body.</summary>
/// <param name="version">Of the protocol.</param>
/// <param name="text">Where it goes.</param>
internal readonly ref struct CqlResponseText(int version, CellText text)
{
    private const int UuidBytes = 16;
    private const int GlobalTableFlag = 1;
    private const int MorePagesFlag = 2;
    private const int NoMetadataFlag = 4;
    private const int MetadataChangedFlag = 8;
    private const int KeyIndexVersion = 4; // from here on the indexes of the key come with what is bound
    private const int MetadataIdVersion = 5;
    private const int MaxTypeBytes = 2 << 10; // of a statement's bound values; further ones are hex

    private enum Kind
    {
        Void = 1,
        Rows = 2,
        SetKeyspace = 3,
        Prepared = 4,
        SchemaChange = 5,
    }

    /// <summary>Writes a body.</summary>
    /// <param name="head">The head of its message.</param>
    /// <param name="body">The body; borrowed.</param>
    /// <param name="isCut">Whether its end is missing.</param>
    /// <param name="columnNames">Names of the columns as JSON, for a result that does not have them.</param>
    /// <returns>False when the body makes no sense.</returns>
    public bool Write(in CqlEnvelope head, ReadOnlySpan<byte> body, bool isCut, ReadOnlySpan<byte> columnNames)
    {
        var reader = new CqlReader(body);
        SkipExtras(ref reader, head.Flags);
        switch (head.Opcode)
        {
            case CqlOpcode.Error:
                WriteError(ref reader);
                break;
            case CqlOpcode.Authenticate:
                text.AppendText(reader.ReadString());
                break;
            case CqlOpcode.Supported:
                WriteLists(ref reader, text);
                break;
            case CqlOpcode.Result:
                WriteResult(ref reader, columnNames);
                break;
            case CqlOpcode.Event:
                WriteEvent(ref reader);
                break;
            case CqlOpcode.AuthChallenge or CqlOpcode.AuthSuccess: // part of a secret
                reader.ReadBytes(out _);
                break;
        }

        if (reader.IsStopped)
        {
            text.MarkCut();
        }

        return !reader.IsInvalid && (isCut || !reader.IsShort);
    }

    /// <summary>The statement and its id that an answer to PREPARE tells; null when it is no such answer.</summary>
    /// <param name="head">The head of its message.</param>
    /// <param name="body">The body; borrowed.</param>
    /// <param name="query">The text that was prepared.</param>
    /// <param name="isCut">Whether something was left out of that.</param>
    /// <param name="id">The id.</param>
    public CqlStatement? ReadPrepared(
        in CqlEnvelope head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> query, bool isCut, out ReadOnlySpan<byte> id)
    {
        var reader = new CqlReader(body);
        SkipExtras(ref reader, head.Flags);
        var kind = (Kind)reader.ReadInt();
        id = reader.ReadString();
        if (reader.IsStopped || kind != Kind.Prepared || !CqlStatements.CanKeep(id))
        {
            return null;
        }

        if (version >= MetadataIdVersion)
        {
            reader.ReadString();
        }

        Span<byte> types = stackalloc byte[MaxTypeBytes];
        var typeBytes = ReadBound(ref reader, types);
        text.Clear();
        ReadColumns(ref reader, default, out _);
        var columns = reader.IsStopped || text.IsCut ? [] : text.Value.ToArray();
        text.Clear();
        return new CqlStatement(query.ToArray(), isCut, types[..typeBytes].ToArray(), columns);
    }

    private static void SkipExtras(ref CqlReader reader, CqlFlags flags)
    {
        if ((flags & CqlFlags.Tracing) != 0)
        {
            reader.Take(UuidBytes);
        }

        if ((flags & CqlFlags.Warning) != 0)
        {
            for (var count = reader.ReadShort(); count > 0 && !reader.IsStopped; count--)
            {
                reader.ReadString();
            }
        }

        if ((flags & CqlFlags.CustomPayload) != 0)
        {
            CqlRequestText.SkipBytesMap(ref reader);
        }
    }

    private void WriteError(ref CqlReader reader)
    {
        var code = reader.ReadInt();
        if (!reader.IsStopped)
        {
            text.Append("["u8);
            text.Append(code);
            text.Append("] "u8);
            text.AppendText(reader.ReadString());
        }
    }

    /// <summary>Writes names with lists of texts as JSON.</summary>
    public static void WriteLists(ref CqlReader reader, CellText text)
    {
        text.Append("{"u8);
        for (int i = 0, count = reader.ReadShort(); i < count && !reader.IsStopped; i++)
        {
            text.Append(i > 0 ? ","u8 : default);
            text.AppendJsonString(reader.ReadString());
            text.Append(":"u8);
            CqlRequestText.WriteList(ref reader, text);
        }

        text.Append("}"u8);
    }

    private void WriteResult(ref CqlReader reader, ReadOnlySpan<byte> columnNames)
    {
        var kind = (Kind)reader.ReadInt();
        switch (kind)
        {
            case Kind.Void:
                text.Append("Response type = VOID"u8);
                break;
            case Kind.Rows:
                WriteRows(ref reader, columnNames);
                break;
            case Kind.SetKeyspace:
                text.Append("Response type = SET_KEYSPACE\nKeyspace = "u8);
                text.AppendText(reader.ReadString());
                break;
            case Kind.Prepared:
                text.Append("Response type = PREPARED"u8);
                break;
            case Kind.SchemaChange:
                text.Append("Response type = SCHEMA_CHANGE"u8);
                break;
            default:
                reader.Take(-1); // there is no other kind
                break;
        }
    }

    private void WriteRows(ref CqlReader reader, ReadOnlySpan<byte> columnNames)
    {
        text.Append("Response type = ROWS\nNumber of columns = "u8);
        var peek = reader;
        peek.ReadInt();
        text.Append(peek.ReadInt());
        text.Append("\n"u8);
        ReadColumns(ref reader, columnNames, out var hasNames);
        if (!hasNames)
        {
            text.Append(columnNames.IsEmpty ? "[]"u8 : columnNames);
        }

        var rows = reader.ReadInt();
        if (!reader.IsStopped)
        {
            text.Append("\nNumber of rows = "u8);
            text.Append(rows);
        }
    }

    // Appends the names of a result's columns as JSON.
    private void ReadColumns(ref CqlReader reader, ReadOnlySpan<byte> columnNames, out bool hasNames)
    {
        var flags = reader.ReadInt();
        var count = reader.ReadInt();
        if ((flags & MorePagesFlag) != 0)
        {
            reader.ReadBytes(out _);
        }

        if ((flags & MetadataChangedFlag) != 0 && version >= MetadataIdVersion)
        {
            reader.ReadString();
        }

        hasNames = (flags & NoMetadataFlag) == 0 && !reader.IsStopped;
        if (!hasNames)
        {
            return;
        }

        SkipTable(ref reader, (flags & GlobalTableFlag) != 0);
        text.Append("["u8);
        for (var i = 0; i < count && !reader.IsStopped; i++)
        {
            SkipTable(ref reader, (flags & GlobalTableFlag) == 0);
            text.Append(i > 0 ? ","u8 : default);
            text.AppendJsonString(reader.ReadString());
            if (!CqlTypes.Skip(ref reader))
            {
                reader.Take(reader.IsStopped ? 0 : -1); // too deep
            }
        }

        text.Append("]"u8);
    }

    // Copies the types of bound values, as many as there is room for.
    private int ReadBound(ref CqlReader reader, scoped Span<byte> types)
    {
        var flags = reader.ReadInt();
        var count = reader.ReadInt();
        if (version >= KeyIndexVersion)
        {
            for (var keys = reader.ReadInt(); keys > 0 && !reader.IsStopped; keys--)
            {
                reader.ReadShort();
            }
        }

        SkipTable(ref reader, (flags & GlobalTableFlag) != 0);
        var written = 0;
        var isFull = false;
        for (var i = 0; i < count && !reader.IsStopped; i++)
        {
            SkipTable(ref reader, (flags & GlobalTableFlag) == 0);
            reader.ReadString();
            var type = reader.Rest;
            if (!CqlTypes.Skip(ref reader))
            {
                break;
            }

            type = type[..(type.Length - reader.Rest.Length)];
            isFull |= type.Length > types.Length - written;
            if (!isFull)
            {
                type.CopyTo(types[written..]);
                written += type.Length;
            }
        }

        return written;
    }

    private static void SkipTable(ref CqlReader reader, bool isThere)
    {
        if (isThere)
        {
            reader.ReadString();
            reader.ReadString();
        }
    }

    private void WriteEvent(ref CqlReader reader)
    {
        var type = reader.ReadString();
        var isSchema = type.SequenceEqual("SCHEMA_CHANGE"u8);
        text.AppendText(type);
        text.Append(" "u8);
        text.AppendText(reader.ReadString());
        if (!isSchema)
        {
            WriteAddress(ref reader);
            return;
        }

        var isKeyspace = reader.ReadString().SequenceEqual("KEYSPACE"u8);
        text.Append(" keyspace="u8);
        text.AppendText(reader.ReadString());
        text.Append(" name="u8);
        if (!isKeyspace)
        {
            text.AppendText(reader.ReadString());
        }
    }

    private void WriteAddress(ref CqlReader reader)
    {
        var bytes = reader.Take(reader.ReadByte());
        reader.ReadInt(); // port
        if (bytes.Length is 4 or 16)
        {
            Span<byte> address = stackalloc byte[Endpoint.MaxAddressTextBytes];
            text.Append(" "u8);
            text.Append(address[..Endpoint.FromNetworkBytes(bytes, 0).FormatAddress(address)]);
        }
    }
}
