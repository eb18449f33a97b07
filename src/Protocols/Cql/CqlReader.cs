using System.Buffers.Binary;

namespace PixieOrleans.Protocols.Cql;

/// <summary>
/// Reads the notations of CQL one after the other. Once bytes run out or make no sense every further read gives
/// nothing. Source: native_protocol_v5.spec section 3.
/// </summary>
/// <param name="bytes">What is read; borrowed.</param>
internal ref struct CqlReader(ReadOnlySpan<byte> bytes)
{
    private const int Null = -1;
    private const int Unset = -2;
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Bytes ran out.</summary>
    public bool IsShort { get; private set; }

    /// <summary>A length that cannot be.</summary>
    public bool IsInvalid { get; private set; }

    /// <summary>Nothing more can be read.</summary>
    public readonly bool IsStopped => IsShort || IsInvalid;

    /// <summary>Bytes not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>A number of one byte.</summary>
    public byte ReadByte() => TakeWhole(1) is [var value] ? value : (byte)0;

    /// <summary>A number of two bytes without sign.</summary>
    public int ReadShort() =>
        TakeWhole(sizeof(ushort)) is { IsEmpty: false } value ? BinaryPrimitives.ReadUInt16BigEndian(value) : 0;

    /// <summary>A number of four bytes.</summary>
    public int ReadInt() =>
        TakeWhole(sizeof(int)) is { IsEmpty: false } value ? BinaryPrimitives.ReadInt32BigEndian(value) : 0;

    /// <summary>A number of eight bytes.</summary>
    public long ReadLong() =>
        TakeWhole(sizeof(long)) is { IsEmpty: false } value ? BinaryPrimitives.ReadInt64BigEndian(value) : 0;

    /// <summary>A text, or short bytes; its beginning when the rest is missing.</summary>
    public ReadOnlySpan<byte> ReadString() => Take(ReadShort());

    /// <summary>A long text; its beginning when the rest is missing.</summary>
    public ReadOnlySpan<byte> ReadLongString() => Take(ReadInt());

    /// <summary>A value: bytes, null, or the wish to leave what is there.</summary>
    public ReadOnlySpan<byte> ReadValue(out CqlValueKind kind)
    {
        var length = ReadInt();
        kind = length == Null ? CqlValueKind.Null : length == Unset ? CqlValueKind.Unset : CqlValueKind.Bytes;
        return kind == CqlValueKind.Bytes ? Take(length) : [];
    }

    /// <summary>Bytes, where every length below zero is null.</summary>
    public ReadOnlySpan<byte> ReadBytes(out bool isNull)
    {
        var length = ReadInt();
        isNull = length < 0;
        return isNull ? [] : Take(length);
    }

    /// <summary>Bytes of a known number; fewer when the rest is missing.</summary>
    public ReadOnlySpan<byte> Take(int length)
    {
        if (length < 0)
        {
            IsInvalid = true;
        }

        if (IsStopped)
        {
            return [];
        }

        var taken = _rest[..Math.Min(length, _rest.Length)];
        _rest = _rest[taken.Length..];
        IsShort = taken.Length < length;
        return taken;
    }

    private ReadOnlySpan<byte> TakeWhole(int length)
    {
        var taken = Take(length);
        return IsStopped ? [] : taken;
    }
}

/// <summary>What a value is.</summary>
internal enum CqlValueKind
{
    /// <summary>Bytes by its type.</summary>
    Bytes,

    /// <summary>Null.</summary>
    Null,

    /// <summary>Not given.</summary>
    Unset,
}
