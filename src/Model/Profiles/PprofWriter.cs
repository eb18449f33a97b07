using System.Buffers;
using System.Text;

namespace PixieOrleans.Model.Profiles;

/// <summary>Writes folded stacks as one message of profile.proto, the format of pprof; for one use.</summary>
/// <param name="type">What the values count.</param>
/// <param name="unit">Their unit.</param>
/// <remarks>
/// Profile: 1 sample_type, 2 sample, 4 location, 5 function, 6 string_table, 11 period_type, 12 period. Sample: 1
/// location_id (leaf first), 2 value. Location: 1 id, 4 line. Line: 1 function_id. Function: 1 id, 2 name; without 3,
/// system_name, as pprof takes everything in brackets from names that are the same in both. ValueType: 1 type, 2 unit.
/// Source: github.com/google/pprof, proto/profile.proto. Protobuf: a field is its number and wire type (0 varint, 2
/// bytes with a length) as a varint, then the value.
/// </remarks>
public sealed class PprofWriter(string type = "samples", string unit = "count")
{
    private const int VarintField = 0;
    private const int BytesField = 2;

    // The first entry has to be empty.
    private readonly string[] _firstStrings = ["", type, unit, "cpu", "nanoseconds"];

    private readonly ArrayBufferWriter<byte> _message = new();
    private readonly ArrayBufferWriter<byte> _inner = new(); // a message within, or packed numbers
    private readonly ArrayBufferWriter<byte> _packed = new();
    private readonly Dictionary<string, long> _functions = new(StringComparer.Ordinal); // ids, which count from 1

    /// <summary>Writes the message, not compressed.</summary>
    /// <param name="counts">Samples per stack; a stack has its outermost function first, and ";" between them.</param>
    /// <param name="periodNs">CPU time that a sample stands for; null when it is not known: then samples only.</param>
    /// <returns>The message; valid as long as this object.</returns>
    public ReadOnlySpan<byte> Write(IEnumerable<KeyValuePair<string, long>> counts, long? periodNs)
    {
        WriteValueType(1, 1, 2);
        if (periodNs is not null)
        {
            WriteValueType(1, 3, 4);
        }

        foreach (var (stack, count) in counts)
        {
            WriteSample(stack, count, periodNs);
        }

        foreach (var id in _functions.Values)
        {
            WriteFunction(id);
        }

        foreach (var text in _firstStrings.Concat(_functions.Keys))
        {
            WriteBytes(_message, 6, Encoding.UTF8.GetBytes(text));
        }

        if (periodNs is { } ns)
        {
            WriteValueType(11, 3, 4);
            WriteNumber(_message, 12, ns);
        }

        return _message.WrittenSpan;
    }

    private void WriteValueType(int field, long type, long unit)
    {
        _inner.ResetWrittenCount();
        WriteNumber(_inner, 1, type);
        WriteNumber(_inner, 2, unit);
        WriteBytes(_message, field, _inner.WrittenSpan);
    }

    private void WriteSample(string stack, long count, long? periodNs)
    {
        _inner.ResetWrittenCount();
        _packed.ResetWrittenCount();
        var end = stack.Length;
        while (true) // from the leaf, which is last in the text
        {
            var separator = end == 0 ? -1 : stack.LastIndexOf(';', end - 1);
            WriteVarint(_packed, FunctionOf(stack[(separator + 1)..end]));
            if (separator < 0)
            {
                break;
            }

            end = separator;
        }

        WriteBytes(_inner, 1, _packed.WrittenSpan);
        _packed.ResetWrittenCount();
        WriteVarint(_packed, count);
        if (periodNs is { } ns)
        {
            WriteVarint(_packed, unchecked(count * ns));
        }

        WriteBytes(_inner, 2, _packed.WrittenSpan);
        WriteBytes(_message, 2, _inner.WrittenSpan);
    }

    // A function is a location of its own: addresses are not known.
    private void WriteFunction(long id)
    {
        _packed.ResetWrittenCount();
        WriteNumber(_packed, 1, id);
        _inner.ResetWrittenCount();
        WriteNumber(_inner, 1, id);
        WriteBytes(_inner, 4, _packed.WrittenSpan);
        WriteBytes(_message, 4, _inner.WrittenSpan);

        _inner.ResetWrittenCount();
        WriteNumber(_inner, 1, id);
        WriteNumber(_inner, 2, _firstStrings.Length - 1 + id);
        WriteBytes(_message, 5, _inner.WrittenSpan);
    }

    private long FunctionOf(string name)
    {
        if (!_functions.TryGetValue(name, out var id))
        {
            _functions.Add(name, id = _functions.Count + 1);
        }

        return id;
    }

    private static void WriteNumber(ArrayBufferWriter<byte> buffer, int field, long value)
    {
        WriteVarint(buffer, (field << 3) | VarintField);
        WriteVarint(buffer, value);
    }

    private static void WriteBytes(ArrayBufferWriter<byte> buffer, int field, ReadOnlySpan<byte> bytes)
    {
        WriteVarint(buffer, (field << 3) | BytesField);
        WriteVarint(buffer, bytes.Length);
        buffer.Write(bytes);
    }

    private static void WriteVarint(ArrayBufferWriter<byte> buffer, long value)
    {
        var rest = (ulong)value;
        for (; rest >= 0x80; rest >>= 7)
        {
            buffer.Write([(byte)(rest | 0x80)]);
        }

        buffer.Write([(byte)rest]);
    }
}
