using System.Buffers.Binary;

namespace PixieOrleans.Protocols.Pgsql;

/// <summary>Reads the fields of a message body; past the end it fails and answers with nothing from there on.</summary>
internal ref struct PgsqlReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    /// <summary>True once a field was not there.</summary>
    public bool Failed { get; private set; }

    /// <summary>Bytes not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>One byte.</summary>
    public byte ReadByte()
    {
        var bytes = ReadBytes(1);
        return bytes.IsEmpty ? (byte)0 : bytes[0];
    }

    /// <summary>int16, big endian.</summary>
    public short ReadInt16()
    {
        var bytes = ReadBytes(sizeof(short));
        return bytes.IsEmpty ? (short)0 : BinaryPrimitives.ReadInt16BigEndian(bytes);
    }

    /// <summary>int32, big endian.</summary>
    public int ReadInt32()
    {
        var bytes = ReadBytes(sizeof(int));
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadInt32BigEndian(bytes);
    }

    /// <summary>int64, big endian.</summary>
    public long ReadInt64()
    {
        var bytes = ReadBytes(sizeof(long));
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadInt64BigEndian(bytes);
    }

    /// <summary>Text up to a zero byte, which is read too; what is there of it when the zero is missing.</summary>
    public ReadOnlySpan<byte> ReadText()
    {
        var end = _rest.IndexOf((byte)0);
        if (end < 0)
        {
            var text = _rest;
            _rest = [];
            Failed = true;
            return text;
        }

        var whole = _rest[..end];
        _rest = _rest[(end + 1)..];
        return whole;
    }

    /// <summary>A number of bytes.</summary>
    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        if (Failed || (uint)count > (uint)_rest.Length)
        {
            _rest = [];
            Failed = true;
            return [];
        }

        var bytes = _rest[..count];
        _rest = _rest[count..];
        return bytes;
    }

    /// <summary>A value behind its int32 length; -1 says that there is none. What is there of it when cut.</summary>
    public ReadOnlySpan<byte> ReadValue(out bool isNull)
    {
        var length = ReadInt32();
        isNull = length == -1;
        if (isNull || Failed)
        {
            return [];
        }

        if ((uint)length <= (uint)_rest.Length)
        {
            return ReadBytes(length);
        }

        var part = length < 0 ? [] : _rest;
        _rest = [];
        Failed = true;
        return part;
    }

    /// <summary>An int16 count, then so many fields of a size; as one span.</summary>
    public ReadOnlySpan<byte> ReadArray(int size)
    {
        int count = ReadInt16();
        return ReadBytes(Math.Max(0, count) * size);
    }
}
