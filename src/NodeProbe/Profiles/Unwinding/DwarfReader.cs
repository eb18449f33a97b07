using System.Buffers.Binary;

namespace PixieOrleans.NodeProbe.Profiles.Unwinding;

/// <summary>
/// Reads numbers of DWARF one after the other. Beyond the end, or at a form that is not known, it
/// <see cref="Failed"/> and gives zeros from then on.
/// </summary>
/// <remarks>
/// LEB128: 7 bits per byte, the lowest first, the top bit says that more follow. Source: DWARF 5, section 7.6. Pointer
/// encodings: Linux Standard Base, "DWARF Exception Header Encoding".
/// </remarks>
internal ref struct DwarfReader(ReadOnlySpan<byte> data, int position)
{
    private const byte FormMask = 0x0F;
    private const byte PcRelative = 0x10;
    private const byte RelationMask = 0xF0; // with the bit of indirect pointers, which no code address has
    private readonly ReadOnlySpan<byte> _data = data;

    /// <summary>Place of the next byte.</summary>
    public int Position { get; private set; } = position;

    /// <summary>True after a read that could not be done.</summary>
    public bool Failed { get; private set; }

    /// <summary>True when nothing more can be read.</summary>
    public readonly bool IsAtEnd => Failed || Position >= _data.Length;

    /// <summary>One byte.</summary>
    public byte ReadByte()
    {
        if ((uint)Position >= (uint)_data.Length)
        {
            Failed = true;
            return 0;
        }

        return _data[Position++];
    }

    /// <summary>An unsigned number of 1, 2, 4 or 8 bytes.</summary>
    public ulong ReadFixed(int bytes)
    {
        if (Failed || Position < 0 || _data.Length - Position < bytes)
        {
            Failed = true;
            return 0;
        }

        var from = _data[Position..];
        Position += bytes;
        return bytes switch
        {
            1 => from[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(from),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(from),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(from),
        };
    }

    /// <summary>A signed number of 1, 2, 4 or 8 bytes.</summary>
    public long ReadSigned(int bytes)
    {
        var shift = 64 - (bytes * 8);
        return (long)ReadFixed(bytes) << shift >> shift;
    }

    /// <summary>ULEB128; bits beyond 64 are dropped.</summary>
    public ulong ReadUleb()
    {
        var (value, shift) = (0UL, 0);
        byte next;
        do
        {
            next = ReadByte();
            value |= shift < 64 ? (ulong)(next & 0x7F) << shift : 0;
            shift += 7;
        }
        while ((next & 0x80) != 0);
        return value;
    }

    /// <summary>SLEB128; bits beyond 64 are dropped.</summary>
    public long ReadSleb()
    {
        var (value, shift) = (0L, 0);
        byte next;
        do
        {
            next = ReadByte();
            value |= shift < 64 ? (long)(next & 0x7F) << shift : 0;
            shift += 7;
        }
        while ((next & 0x80) != 0);
        return shift < 64 && (next & 0x40) != 0 ? value | (-1L << shift) : value;
    }

    /// <summary>An encoded number without a base: the length of a range.</summary>
    public ulong ReadEncoded(byte encoding) => (encoding & FormMask) switch
    {
        0x0 or 0x4 or 0xC => ReadFixed(8),
        0x1 => ReadUleb(),
        0x2 => ReadFixed(2),
        0x3 => ReadFixed(4),
        0x9 => (ulong)ReadSleb(),
        0xA => (ulong)ReadSigned(2),
        0xB => (ulong)ReadSigned(4),
        _ => Fail(),
    };

    /// <summary>An encoded address: absolute, or relative to its own place.</summary>
    /// <param name="encoding">DW_EH_PE_*.</param>
    /// <param name="dataAddress">Virtual address of the data's first byte.</param>
    public ulong ReadPointer(byte encoding, ulong dataAddress)
    {
        var place = dataAddress + (ulong)Position;
        var value = ReadEncoded(encoding);
        return (encoding & RelationMask) switch
        {
            0 => value,
            PcRelative => place + value,
            _ => Fail(),
        };
    }

    /// <summary>Goes on behind so many bytes.</summary>
    public void Skip(ulong bytes)
    {
        if (bytes > (ulong)(_data.Length - Position))
        {
            Failed = true;
            return;
        }

        Position += (int)bytes;
    }

    private ulong Fail()
    {
        Failed = true;
        return 0;
    }
}
