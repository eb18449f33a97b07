using System.Buffers.Binary;

namespace PixieOrleans.NodeProbe.Runtimes;

/// <summary>Reads the events of a block: descriptions of events, and the event EventCounters.</summary>
/// <remarks>
/// Layout: int16 bytes of the head, int16 flags (1: heads of events are compressed), the rest of the head; then events.
/// A compressed head: a byte of flags, and for each that is set, what is not as in the event before: 1 number of the
/// description; 2 sequence, thread, processor; 4 thread; 8 stack; always the time; 16 and 32 activities; 128 length.
/// </remarks>
internal sealed class NetTraceBlock(ICounterConsumer consumer)
{
    private const int MaxShapes = 1024; // descriptions of events kept
    private const int MaxFields = 64;
    private const int MaxDepth = 4;
    private const int GuidBytes = 16;
    private const int TypeObject = 1; // numbers of System.TypeCode
    private const int TypeBoolean = 3;
    private const int TypeInt32 = 9;
    private const int TypeUInt32 = 10;
    private const int TypeInt64 = 11;
    private const int TypeSingle = 13;
    private const int TypeDouble = 14;
    private const int TypeString = 18;

    private readonly Dictionary<int, List<Field>> _shapes = []; // of events that carry counters

    private enum FieldUse
    {
        None,
        Name,
        Value,
    }

    /// <summary>Reads a block.</summary>
    /// <exception cref="InvalidDataException">It is not of this form.</exception>
    public void Read(ReadOnlySpan<byte> block, bool isMetadata)
    {
        var reader = new BytesReader(block);
        if (!reader.TryBytes(2 * sizeof(short), out var head))
        {
            throw Broken("head of a block");
        }

        var (bytes, flags) = (BinaryPrimitives.ReadInt16LittleEndian(head), head[2]);
        if ((flags & 1) == 0 || !reader.TryBytes(bytes - head.Length, out _))
        {
            throw Broken("head of a block");
        }

        var (shape, length) = (0, 0);
        while (reader.Left > 0)
        {
            if (!TryReadHead(ref reader, ref shape, ref length) || !reader.TryBytes(length, out var payload))
            {
                throw Broken("event");
            }

            if (isMetadata)
            {
                Describe(payload);
            }
            else if (_shapes.TryGetValue(shape, out var fields))
            {
                Take(payload, fields);
            }
        }
    }

    private static InvalidDataException Broken(string what) => new($"the trace has a broken {what}");

    private static bool TryReadHead(ref BytesReader reader, ref int shape, ref int length)
    {
        if (!reader.TryByte(out var flags))
        {
            return false;
        }

        var has = true;
        if ((flags & 1) != 0)
        {
            has &= reader.TryVariable(out var number);
            shape = (int)number;
        }

        if ((flags & 2) != 0)
        {
            has &= reader.TryVariable(out _) && reader.TryVariable(out _) && reader.TryVariable(out _);
        }

        has &= (flags & 4) == 0 || reader.TryVariable(out _);
        has &= (flags & 8) == 0 || reader.TryVariable(out _);
        has &= reader.TryVariable(out _);
        has &= (flags & 16) == 0 || reader.TryBytes(GuidBytes, out _);
        has &= (flags & 32) == 0 || reader.TryBytes(GuidBytes, out _);
        if ((flags & 128) != 0)
        {
            has &= reader.TryVariable(out var bytes) && bytes <= int.MaxValue;
            length = (int)bytes;
        }

        return has;
    }

    // int32 number, provider, int32 id, name of the event, int64 keywords, int32 version, int32 level, fields
    private void Describe(ReadOnlySpan<byte> payload)
    {
        const int KeywordsVersionLevelBytes = 16;
        var reader = new BytesReader(payload);
        if (!reader.TryInt32(out var number) || !reader.TryText(out _) || !reader.TryInt32(out _)
            || !reader.TryText(out var name))
        {
            throw Broken("description of an event");
        }

        var fields = new List<Field>();
        if (name is "EventCounters" && _shapes.Count < MaxShapes
            && reader.TryBytes(KeywordsVersionLevelBytes, out _) && TryReadFields(ref reader, fields, 0))
        {
            _shapes[number] = fields;
        }
    }

    private static bool TryReadFields(ref BytesReader reader, List<Field> fields, int depth)
    {
        if (!reader.TryInt32(out var count) || count is < 0 or > MaxFields || depth > MaxDepth)
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            if (!reader.TryInt32(out var type) || (type == TypeObject && !TryReadFields(ref reader, fields, depth + 1))
                || !reader.TryText(out var name))
            {
                return false;
            }

            if (type != TypeObject) // an object is the sequence of its fields
            {
                fields.Add(new Field(type, UseOf(name)));
            }
        }

        return true;
    }

    private static FieldUse UseOf(ReadOnlySpan<char> name) => name switch
    {
        "Name" => FieldUse.Name,
        "Mean" or "Increment" => FieldUse.Value,
        _ => FieldUse.None,
    };

    private void Take(ReadOnlySpan<byte> payload, List<Field> fields)
    {
        var reader = new BytesReader(payload);
        var name = default(ReadOnlySpan<char>);
        var value = double.NaN;
        foreach (var field in fields)
        {
            if (field.Type == TypeString)
            {
                if (!reader.TryText(out var text))
                {
                    throw Broken("counter");
                }

                name = field.Use == FieldUse.Name ? text : name;
            }
            else if (!reader.TryBytes(WidthOf(field.Type), out var bytes))
            {
                throw Broken("counter");
            }
            else if (field.Use == FieldUse.Value && field.Type == TypeDouble)
            {
                value = BinaryPrimitives.ReadDoubleLittleEndian(bytes);
            }
        }

        if (double.IsFinite(value))
        {
            consumer.OnCounter(name, value);
        }
    }

    private static int WidthOf(int type) => type switch
    {
        TypeBoolean or TypeInt32 or TypeUInt32 or TypeSingle => 4,
        TypeInt64 or TypeDouble => 8,
        _ => throw Broken($"counter, with a field of type {type}"),
    };

    private readonly record struct Field(int Type, FieldUse Use);
}
