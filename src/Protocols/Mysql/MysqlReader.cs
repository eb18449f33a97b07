using System.Buffers.Binary;

namespace PixieOrleans.Protocols.Mysql;

/// <summary>Reads the values of a payload in order. Past the end it yields nothing and says so.</summary>
internal ref struct MysqlReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    /// <summary>True when something was asked for that is not there.</summary>
    public bool IsPastEnd { get; private set; }

    /// <summary>What is not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>The next bytes; none when there are fewer.</summary>
    public ReadOnlySpan<byte> Bytes(ulong count)
    {
        if (count > (ulong)_rest.Length)
        {
            _rest = default;
            IsPastEnd = true;
            return default;
        }

        var bytes = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return bytes;
    }

    /// <summary>One byte.</summary>
    public byte Byte() => Bytes(1) is [var value] ? value : (byte)0;

    /// <summary>Two bytes, little endian.</summary>
    public ushort UInt16() =>
        Bytes(2) is { Length: 2 } bytes ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : (ushort)0;

    /// <summary>Four bytes, little endian.</summary>
    public uint UInt32() => Bytes(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;

    /// <summary>Eight bytes, little endian.</summary>
    public ulong UInt64() => Bytes(8) is { Length: 8 } bytes ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;

    /// <summary>A number of 1, 3, 4 or 9 bytes; the first one tells. 0xfb (null) and 0xff are no numbers.</summary>
    public ulong Number()
    {
        var first = Byte();
        switch (first)
        {
            case < 0xfb:
                return first;
            case 0xfc:
                return UInt16();
            case 0xfd:
                return UInt16() | ((ulong)Byte() << 16);
            case 0xfe:
                return UInt64();
            default:
                IsPastEnd = true; // nothing can be told from here on
                return 0;
        }
    }

    /// <summary>A text behind its length; what is there of it when the end is missing.</summary>
    public ReadOnlySpan<byte> Text(out bool isCut)
    {
        var length = Number();
        isCut = length > (ulong)_rest.Length;
        if (!isCut)
        {
            return Bytes(length);
        }

        var rest = _rest;
        _rest = default;
        IsPastEnd = true;
        return rest;
    }

    /// <summary>A text that ends with a zero; the rest when there is none.</summary>
    public ReadOnlySpan<byte> ZeroTerminated()
    {
        var end = _rest.IndexOf((byte)0);
        var text = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[(end + 1)..];
        return text;
    }
}
