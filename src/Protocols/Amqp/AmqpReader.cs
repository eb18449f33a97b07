using System.Buffers.Binary;

namespace PixieOrleans.Protocols.Amqp;

/// <summary>Walks over the fields of a frame; past the end it gives nothing and says so.</summary>
internal ref struct AmqpReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>True once more was asked for than there is.</summary>
    public bool IsStarved { get; private set; }

    /// <summary>True at the end.</summary>
    public readonly bool IsEmpty => _rest.IsEmpty;

    public byte UInt8() => Take(1) is [var value] ? value : (byte)0;

    public ushort UInt16() => Take(2) is { Length: 2 } value ? BinaryPrimitives.ReadUInt16BigEndian(value) : (ushort)0;

    public uint UInt32() => Take(4) is { Length: 4 } value ? BinaryPrimitives.ReadUInt32BigEndian(value) : 0;

    public ulong UInt64() => Take(8) is { Length: 8 } value ? BinaryPrimitives.ReadUInt64BigEndian(value) : 0;

    public ReadOnlySpan<byte> ShortString() => TakeUpTo(UInt8());

    public ReadOnlySpan<byte> LongString() => TakeUpTo(UInt32());

    // What is there of it, when the end is not known.
    private ReadOnlySpan<byte> TakeUpTo(uint length)
    {
        if (length > (uint)_rest.Length)
        {
            IsStarved = true;
            length = (uint)_rest.Length;
        }

        return Take((int)length);
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
        {
            IsStarved = true;
            _rest = default;
            return default;
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
