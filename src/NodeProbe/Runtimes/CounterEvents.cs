using System.Buffers.Binary;

namespace PixieOrleans.NodeProbe.Runtimes;

/// <summary>Takes the counters of a trace.</summary>
internal interface ICounterConsumer
{
    /// <summary>One counter of one interval.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The mean of the interval, or what it grew by.</param>
    void OnCounter(ReadOnlySpan<char> name, double value);
}

/// <summary>Finds the counters among the events of a trace: the event EventCounters.</summary>
/// <remarks>The description of its fields: their number, and of each int32 type (System.TypeCode) and name.</remarks>
internal sealed class CounterEvents(ICounterConsumer consumer) : ITraceConsumer
{
    private const int MaxShapes = 1024; // descriptions of events kept
    private const int MaxFields = 64;
    private const int MaxDepth = 4;
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

    /// <inheritdoc/>
    public void OnKind(in TraceEventKind kind)
    {
        var fields = new List<Field>();
        var reader = kind.Fields;
        if (kind.Name is "EventCounters" && _shapes.Count < MaxShapes && TryReadFields(ref reader, fields, 0))
        {
            _shapes[kind.Number] = fields;
        }
    }

    /// <inheritdoc/>
    public void OnEvent(int kind, ReadOnlySpan<byte> payload)
    {
        if (_shapes.TryGetValue(kind, out var fields))
        {
            Take(payload, fields);
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
                    throw NetTraceBlock.Broken("counter");
                }

                name = field.Use == FieldUse.Name ? text : name;
            }
            else if (!reader.TryBytes(WidthOf(field.Type), out var bytes))
            {
                throw NetTraceBlock.Broken("counter");
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
        _ => throw NetTraceBlock.Broken($"counter, with a field of type {type}"),
    };

    private readonly record struct Field(int Type, FieldUse Use);
}
