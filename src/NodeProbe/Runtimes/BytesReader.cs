using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Runtimes;

/// <summary>Reads little-endian values as far as there are bytes.</summary>
internal ref struct BytesReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;

    /// <summary>Bytes read.</summary>
    public int Position { get; private set; }

    /// <summary>Bytes left.</summary>
    public readonly int Left => _data.Length - Position;

    /// <summary>Reads some bytes.</summary>
    public bool TryBytes(int count, out ReadOnlySpan<byte> bytes)
    {
        var has = count >= 0 && count <= Left;
        bytes = has ? _data.Slice(Position, count) : default;
        Position += has ? count : 0;
        return has;
    }

    /// <summary>Reads a byte.</summary>
    public bool TryByte(out byte value)
    {
        var has = TryBytes(1, out var bytes);
        value = has ? bytes[0] : (byte)0;
        return has;
    }

    /// <summary>Reads 4 bytes.</summary>
    public bool TryInt32(out int value)
    {
        var has = TryBytes(sizeof(int), out var bytes);
        value = has ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : 0;
        return has;
    }

    /// <summary>Reads a number in groups of 7 bits, lowest first.</summary>
    public bool TryVariable(out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (!TryByte(out var group))
            {
                return false;
            }

            value |= (ulong)(group & 0x7f) << shift;
            if (group < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads text of 16-bit units, ended by a zero.</summary>
    public bool TryText(out ReadOnlySpan<char> text)
    {
        var rest = MemoryMarshal.Cast<byte, char>(_data[Position..]);
        var end = rest.IndexOf('\0');
        text = end < 0 ? default : rest[..end];
        Position += end < 0 ? 0 : (end + 1) * sizeof(char);
        return end >= 0;
    }
}
