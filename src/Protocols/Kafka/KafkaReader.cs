using System.Buffers.Binary;

namespace PixieOrleans.Protocols.Kafka;

/// <summary>
/// Reads the primitive types of Kafka one after the other. Once bytes run out or make no sense every further read
/// gives nothing. Source: Kafka protocol guide, "Protocol Primitive Types".
/// </summary>
/// <param name="bytes">What is read; borrowed.</param>
/// <param name="flexible">Whether lengths are compact and structs end with tagged fields.</param>
internal ref struct KafkaReader(ReadOnlySpan<byte> bytes, bool flexible)
{
    private const int MaxVarintBytes = 5;
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Lengths are compact and structs end with tagged fields.</summary>
    public readonly bool IsFlexible { get; } = flexible;

    /// <summary>Bytes ran out.</summary>
    public bool IsShort { get; private set; }

    /// <summary>A length that cannot be.</summary>
    public bool IsInvalid { get; private set; }

    /// <summary>Nothing more can be read.</summary>
    public readonly bool IsStopped => IsShort || IsInvalid;

    /// <summary>Bytes not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>A signed number of 1, 2, 4 or 8 bytes.</summary>
    public long ReadInt(int size)
    {
        var bytes = Take(size);
        return bytes.IsEmpty ? 0 : size switch
        {
            1 => (sbyte)bytes[0],
            2 => BinaryPrimitives.ReadInt16BigEndian(bytes),
            4 => BinaryPrimitives.ReadInt32BigEndian(bytes),
            _ => BinaryPrimitives.ReadInt64BigEndian(bytes),
        };
    }

    /// <summary>An unsigned number of 7 bits per byte.</summary>
    public uint ReadVarint()
    {
        var value = 0UL;
        for (var i = 0; i < MaxVarintBytes; i++)
        {
            var next = Take(1);
            if (next.IsEmpty)
            {
                return 0;
            }

            value |= (ulong)(next[0] & 0x7f) << (7 * i);
            if (next[0] < 0x80)
            {
                IsInvalid |= value > uint.MaxValue;
                return (uint)value;
            }
        }

        IsInvalid = true;
        return 0;
    }

    /// <summary>A text; null reads as empty.</summary>
    public ReadOnlySpan<byte> ReadString() => Take(ReadLength(sizeof(short)));

    /// <summary>Length of bytes or count of an array; null reads as 0.</summary>
    public int ReadLength(int size)
    {
        var length = IsFlexible ? ReadVarint() - 1L : ReadInt(size);
        if (length is < -1 or > int.MaxValue)
        {
            IsInvalid = true;
        }

        return IsStopped ? 0 : (int)Math.Max(0, length);
    }

    /// <summary>Bytes of a known number; none when there are fewer.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        if (IsStopped || count > _rest.Length)
        {
            IsShort |= !IsInvalid;
            return [];
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    /// <summary>Passes over the tagged fields at the end of a struct; there are none when not flexible.</summary>
    public void SkipTags()
    {
        if (!IsFlexible)
        {
            return;
        }

        for (var count = ReadVarint(); count > 0 && !IsStopped; count--)
        {
            ReadVarint();
            Take((int)Math.Min(ReadVarint(), int.MaxValue));
        }
    }
}
