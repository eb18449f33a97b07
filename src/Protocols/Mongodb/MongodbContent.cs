using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Mongodb;

/// <summary>What one message says: its name (a command, or how it went) and its documents as text.</summary>
internal sealed class MongodbContent(int limitBytes)
{
    private const uint ChecksumFlag = 1;
    private const uint MoreToComeFlag = 2;
    private const uint UnknownFlags = 0xfffc; // a message with one of them is not to be read
    private const int ChecksumBytes = 4;
    private const int ReplyHeadBytes = 20; // flags, cursor, where it starts, how many

    private static ReadOnlySpan<byte> Unreadable => "<compressed>"u8;

    /// <summary>The command, or for an answer how it went.</summary>
    public CellText Name { get; } = new(limitBytes);

    /// <summary>The documents; several are an array.</summary>
    public CellText Body { get; } = new(limitBytes);

    /// <summary>No answer comes, or after this answer another one.</summary>
    public bool HasMoreToCome { get; private set; }

    /// <summary>Nobody answers it whatever its flags say.</summary>
    public bool IsUnanswered { get; private set; }

    /// <summary>Bytes of memory held.</summary>
    public long RetainedBytes => Name.RetainedBytes + Body.RetainedBytes;

    // What the command says is no part of a row.
    private bool IsHidden => MongodbCommands.IsSecret(Name.Value) || MongodbCommands.IsHandshake(Name.Value);

    // Names of the arguments that may come as documents one behind the other.
    private static bool IsSequence(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("documents"u8) || name.SequenceEqual("updates"u8) || name.SequenceEqual("deletes"u8)
        || name.SequenceEqual("ops"u8) || name.SequenceEqual("nsInfo"u8);

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        Name.Clear();
        Body.Clear();
        HasMoreToCome = IsUnanswered = false;
    }

    /// <summary>No answer follows the several that were read.</summary>
    public void End() => Body.Append(Body.IsEmpty || Body.IsCut ? default : "]"u8);

    /// <summary>Gives the memory back.</summary>
    public void Release()
    {
        Name.Release();
        Body.Release();
    }

    /// <summary>Says that a message came in a form that nothing here reads.</summary>
    public void AppendUnreadable()
    {
        if (Body.IsEmpty)
        {
            Body.Append(Unreadable);
        }
        else if (!Body.IsCut)
        {
            AppendComma(); // among others that were read: as JSON
            Body.AppendJsonString(Unreadable);
        }
    }

    /// <summary>Reads a message without its head. False when it makes no sense.</summary>
    /// <param name="opcode">Its kind.</param>
    /// <param name="bytes">Its bytes; borrowed.</param>
    /// <param name="isCut">Whether its end is missing.</param>
    /// <param name="isSecret">For an answer, whether its documents are not kept.</param>
    public bool Read(MongodbOpcode opcode, ReadOnlySpan<byte> bytes, bool isCut, bool? isSecret)
    {
        var reader = new BsonReader(bytes);
        var fits = opcode == MongodbOpcode.Msg ? ReadMsg(ref reader, bytes, isCut, isSecret)
            : opcode == MongodbOpcode.Reply ? ReadReply(ref reader, isCut, isSecret ?? false)
            : ReadLegacy(ref reader, opcode, isCut);
        return fits && !reader.IsInvalid && (isCut || !reader.IsShort);
    }

    private bool ReadMsg(ref BsonReader reader, ReadOnlySpan<byte> bytes, bool isCut, bool? isSecret)
    {
        var flags = (uint)reader.ReadInt32();
        if (reader.IsStopped || (flags & UnknownFlags) != 0)
        {
            return false;
        }

        HasMoreToCome = (flags & MoreToComeFlag) != 0;
        Body.Append(HasMoreToCome && Body.IsEmpty && isSecret == false ? "["u8 : default); // of several answers
        if ((flags & ChecksumFlag) != 0 && !isCut)
        {
            if (reader.Rest.Length < ChecksumBytes)
            {
                return false;
            }

            reader = new BsonReader(bytes[sizeof(int)..^ChecksumBytes]);
        }

        return ReadSections(reader, isCut, isSecret);
    }

    // The document of the command is written first, the arguments behind it become its members, whatever their order.
    private bool ReadSections(BsonReader sections, bool isCut, bool? isSecret)
    {
        var reader = sections;
        ReadOnlySpan<byte> body = [];
        var sequences = 0;
        while (!reader.Rest.IsEmpty && !reader.IsStopped)
        {
            var kind = reader.ReadByte();
            body = kind == 0 ? reader.ReadDocument() : body;
            if (kind > 1 || (kind == 1 && !SkipSequence(ref reader)))
            {
                return false;
            }

            sequences += kind;
        }

        if (reader.IsInvalid || (body.IsEmpty && !isCut) || (reader.IsShort && !isCut))
        {
            return false;
        }

        if (!ReadBody(body, isSecret, leaveOpen: sequences > 0))
        {
            return false;
        }

        if (sequences > 0 && !Body.IsEmpty && !AppendSequences(sections))
        {
            return false;
        }

        if (reader.IsShort && !Body.IsEmpty)
        {
            Body.MarkCut();
        }

        return true;
    }

    private static bool SkipSequence(ref BsonReader reader)
    {
        var name = ReadSequence(ref reader, out _);
        return !reader.IsInvalid && (name.IsEmpty ? reader.IsShort : IsSequence(name));
    }

    // Name of an argument, and its documents.
    private static ReadOnlySpan<byte> ReadSequence(ref BsonReader reader, out ReadOnlySpan<byte> documents)
    {
        var size = reader.ReadInt32();
        var inside = new BsonReader(reader.Take(size - sizeof(int)));
        var name = inside.ReadName();
        documents = inside.Rest;
        return inside.IsStopped ? [] : name;
    }

    private bool ReadBody(ReadOnlySpan<byte> document, bool? isSecret, bool leaveOpen)
    {
        if (isSecret is not { } secretAnswer)
        {
            AppendCommand(document, Name);
            return IsHidden || new BsonText(Body).Append(document, leaveOpen);
        }

        AppendStatus(document);
        return secretAnswer || AppendDocument(document);
    }

    private bool AppendSequences(BsonReader sections)
    {
        while (!sections.Rest.IsEmpty && !sections.IsStopped && !Body.IsCut)
        {
            if (sections.ReadByte() == 0)
            {
                sections.ReadDocument();
                continue;
            }

            var name = ReadSequence(ref sections, out var documents);
            Body.Append(","u8);
            Body.AppendJsonString(name);
            Body.Append(":["u8);
            if (!AppendDocuments(documents, sections.IsShort))
            {
                return false;
            }

            Body.Append("]"u8);
        }

        Body.Append("}"u8);
        return true;
    }

    private bool AppendDocuments(ReadOnlySpan<byte> documents, bool isCut)
    {
        var reader = new BsonReader(documents);
        for (var isFirst = true; !reader.Rest.IsEmpty && !reader.IsStopped && !Body.IsCut; isFirst = false)
        {
            Body.Append(isFirst ? default : ","u8);
            var document = reader.ReadDocument();
            if (reader.IsInvalid || !new BsonText(Body).Append(document))
            {
                return false;
            }
        }

        return isCut || !reader.IsShort; // else a document goes beyond its sequence
    }

    private bool ReadReply(ref BsonReader reader, bool isCut, bool isSecret)
    {
        reader.Take(ReplyHeadBytes - sizeof(int));
        var claimed = reader.ReadInt32();
        var first = reader;
        if (reader.Rest.IsEmpty || reader.IsStopped)
        {
            return !reader.IsInvalid && (isCut || claimed == 0);
        }

        AppendStatus(first.ReadDocument());
        var isArray = claimed != 1 || !first.Rest.IsEmpty; // by what is there: the number may be wrong
        return (isSecret || AppendArray(reader.Rest, isCut, isArray))
            && (isCut || CountDocuments(reader) == claimed);
    }

    private static int CountDocuments(BsonReader documents)
    {
        var count = 0;
        while (!documents.Rest.IsEmpty && !documents.IsStopped)
        {
            documents.ReadDocument();
            count++;
        }

        return count;
    }

    private bool AppendArray(ReadOnlySpan<byte> documents, bool isCut, bool isArray)
    {
        if (Body.IsCut)
        {
            return true; // nothing may follow what was cut
        }

        AppendComma();
        Body.Append(isArray ? "["u8 : default);
        var fits = AppendDocuments(documents, isCut);
        Body.Append(isArray ? "]"u8 : default);
        return fits;
    }

    private bool ReadLegacy(ref BsonReader reader, MongodbOpcode opcode, bool isCut)
    {
        if (MongodbLegacy.Find(opcode) is not { } layout)
        {
            return false;
        }

        IsUnanswered = !layout.IsAnswered;
        reader.ReadInt32();
        var isCommand = layout.HasName && reader.ReadName().EndsWith(".$cmd"u8) && opcode == MongodbOpcode.Query;
        reader.Take(layout.NumberBytes);
        if (!isCommand)
        {
            Name.Append(layout.Command);
        }

        if (reader.IsStopped || !layout.HasDocuments)
        {
            return !reader.IsInvalid;
        }

        if (!isCommand)
        {
            return AppendArray(reader.Rest, isCut, isArray: true);
        }

        var document = reader.ReadDocument();
        AppendCommand(document, Name);
        return !reader.IsInvalid && (IsHidden || new BsonText(Body).Append(document));
    }

    private bool AppendDocument(ReadOnlySpan<byte> document)
    {
        if (Body.IsCut)
        {
            return true; // nothing may follow what was cut
        }

        AppendComma();
        return new BsonText(Body).Append(document);
    }

    // Between several answers, whatever their kind.
    private void AppendComma() => Body.Append(Body.IsEmpty || Body.Value is [(byte)'['] ? default : ","u8);

    // The name of a command is its first key; older drivers put the command into a document of that.
    private static void AppendCommand(ReadOnlySpan<byte> document, CellText name)
    {
        var reader = new BsonReader(document);
        reader.ReadInt32();
        var type = (BsonType)reader.ReadByte();
        var first = reader.ReadName();
        if (type == BsonType.Document && first.SequenceEqual("$query"u8))
        {
            reader.ReadInt32();
            type = (BsonType)reader.ReadByte();
            first = reader.ReadName();
        }

        if (!reader.IsStopped && type != BsonType.End)
        {
            name.AppendText(first);
        }
    }

    // "cursor" when there is one, else "ok" with its value, else the first key.
    private void AppendStatus(ReadOnlySpan<byte> document)
    {
        if (!Name.IsEmpty)
        {
            return; // several answers as one: the first tells
        }

        var reader = new BsonReader(document);
        reader.ReadInt32();
        ReadOnlySpan<byte> first = [];
        while (!reader.IsStopped)
        {
            var type = (BsonType)reader.ReadByte();
            var name = type == BsonType.End ? default : reader.ReadName();
            if (reader.IsStopped || type == BsonType.End)
            {
                break;
            }

            first = first.IsEmpty ? name : first;
            if (first.SequenceEqual("cursor"u8))
            {
                break;
            }

            if (name.SequenceEqual("ok"u8))
            {
                AppendOk(ref reader, type);
                return;
            }

            reader.Skip(type);
        }

        Name.AppendText(first);
    }

    private void AppendOk(ref BsonReader reader, BsonType type)
    {
        Span<byte> buffer = stackalloc byte[32];
        Name.Append("ok: "u8);
        switch (type)
        {
            case BsonType.Double:
                Name.Append("{$numberDouble: "u8);
                Name.Append(BsonText.Write(BitConverter.Int64BitsToDouble(reader.ReadInt64()), buffer));
                Name.Append("}"u8);
                break;
            case BsonType.Int32:
                Name.Append("{$numberInt: "u8);
                Name.Append((long)reader.ReadInt32());
                Name.Append("}"u8);
                break;
            default:
                new BsonText(Name).AppendValue(ref reader, type, 0);
                break;
        }
    }
}
