using System.Buffers.Binary;

namespace PixieOrleans.NodeProbe.Runtimes;

/// <summary>What a trace tells of a kind of events, borrowed.</summary>
/// <param name="number">What events of the kind carry in this trace.</param>
/// <param name="provider">Who sends them.</param>
/// <param name="id">Their number at the provider.</param>
/// <param name="name">Their name; native providers give none.</param>
/// <param name="version">Of their layout.</param>
/// <param name="fields">The description of their fields.</param>
internal readonly ref struct TraceEventKind(
    int number,
    ReadOnlySpan<char> provider,
    int id,
    ReadOnlySpan<char> name,
    int version,
    BytesReader fields)
{
    public int Number { get; } = number;

    public ReadOnlySpan<char> Provider { get; } = provider;

    public int Id { get; } = id;

    public ReadOnlySpan<char> Name { get; } = name;

    public int Version { get; } = version;

    public BytesReader Fields { get; } = fields;
}

/// <summary>Takes the events of a trace.</summary>
internal interface ITraceConsumer
{
    /// <summary>A kind of events that may come from here on.</summary>
    void OnKind(in TraceEventKind kind);

    /// <summary>An event.</summary>
    /// <param name="kind">The number of its kind.</param>
    /// <param name="payload">Its fields, borrowed.</param>
    void OnEvent(int kind, ReadOnlySpan<byte> payload);
}

/// <summary>Reads the events of a block, or their descriptions.</summary>
/// <remarks>
/// Layout: int16 bytes of the head, int16 flags (1: heads of events are compressed), the rest of the head; then events.
/// A compressed head: a byte of flags, and for each that is set, what is not as in the event before: 1 number of the
/// description; 2 sequence, thread, processor; 4 thread; 8 stack; always the time; 16 and 32 activities; 128 length.
/// </remarks>
internal static class NetTraceBlock
{
    private const int GuidBytes = 16;

    /// <summary>Reads a block.</summary>
    /// <param name="block">Its content.</param>
    /// <param name="isMetadata">True for descriptions.</param>
    /// <param name="consumer">Takes them.</param>
    /// <exception cref="InvalidDataException">It is not of this form.</exception>
    public static void Read(ReadOnlySpan<byte> block, bool isMetadata, ITraceConsumer consumer)
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
                Describe(payload, consumer);
            }
            else
            {
                consumer.OnEvent(shape, payload);
            }
        }
    }

    /// <summary>The error of a part that is not of its form.</summary>
    internal static InvalidDataException Broken(string what) => new($"the trace has a broken {what}");

    // int32 number, provider, int32 id, name of the event, int64 keywords, int32 version, int32 level, fields
    private static void Describe(ReadOnlySpan<byte> payload, ITraceConsumer consumer)
    {
        var reader = new BytesReader(payload);
        if (!reader.TryInt32(out var number) || !reader.TryText(out var provider) || !reader.TryInt32(out var id)
            || !reader.TryText(out var name) || !reader.TryBytes(sizeof(long), out _)
            || !reader.TryInt32(out var version) || !reader.TryInt32(out _))
        {
            throw Broken("description of an event");
        }

        consumer.OnKind(new TraceEventKind(number, provider, id, name, version, reader));
    }

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
}
