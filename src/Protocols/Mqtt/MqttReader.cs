using System.Buffers.Binary;

namespace PixieOrleans.Protocols.Mqtt;

/// <summary>Walks over the fields of a packet; past the end it gives nothing and says so.</summary>
internal ref struct MqttReader(ReadOnlySpan<byte> bytes)
{
    private const int MaxVarIntBytes = 4;

    /// <summary>True once more was asked for than there is.</summary>
    public bool IsStarved { get; private set; }

    /// <summary>What is not read yet.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = bytes;

    public byte UInt8() => Take(1) is [var value] ? value : (byte)0;

    public ushort UInt16() => Take(2) is { Length: 2 } value ? BinaryPrimitives.ReadUInt16BigEndian(value) : (ushort)0;

    public uint UInt32() => Take(4) is { Length: 4 } value ? BinaryPrimitives.ReadUInt32BigEndian(value) : 0;

    /// <summary>Text or bytes behind a length of 2 bytes; what is there of them when the end is not known.</summary>
    public ReadOnlySpan<byte> Text() => TakeUpTo(UInt16());

    /// <summary>The properties of version 5, behind their length.</summary>
    public ReadOnlySpan<byte> Properties() => TakeUpTo(VarInt());

    /// <summary>A number of 1 to 4 bytes, 7 bits each, the lowest first.</summary>
    public uint VarInt()
    {
        if (TryReadVarInt(Rest, out var value, out var length) == true)
        {
            Take(length);
            return value;
        }

        Take(Rest.Length + 1);
        return 0;
    }

    /// <summary>Reads such a number; null when more bytes are needed, false when it is too long.</summary>
    public static bool? TryReadVarInt(ReadOnlySpan<byte> bytes, out uint value, out int length)
    {
        value = 0;
        for (length = 1; length <= MaxVarIntBytes; length++)
        {
            if (bytes.Length < length)
            {
                return null;
            }

            value |= (uint)(bytes[length - 1] & 0x7f) << (7 * (length - 1));
            if (bytes[length - 1] < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    private ReadOnlySpan<byte> TakeUpTo(uint length)
    {
        if (length > (uint)Rest.Length)
        {
            IsStarved = true;
            length = (uint)Rest.Length;
        }

        return Take((int)length);
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > Rest.Length)
        {
            IsStarved = true;
            Rest = default;
            return default;
        }

        var taken = Rest[..length];
        Rest = Rest[length..];
        return taken;
    }
}
