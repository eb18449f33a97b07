using System.Buffers.Binary;

namespace PixieOrleans.Protocols.Mongodb;

/// <summary>
/// Reads the parts of BSON one after the other. Once bytes run out or make no sense every further read gives nothing.
/// Source: bsonspec.org, version 1.1.
/// </summary>
/// <param name="bytes">What is read; borrowed.</param>
internal ref struct BsonReader(ReadOnlySpan<byte> bytes)
{
    private const int MinDocumentBytes = 5; // length and end
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Bytes ran out.</summary>
    public bool IsShort { get; private set; }

    /// <summary>A length or a type that cannot be.</summary>
    public bool IsInvalid { get; private set; }

    /// <summary>Nothing more can be read.</summary>
    public readonly bool IsStopped => IsShort || IsInvalid;

    /// <summary>Bytes not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>What follows makes no sense.</summary>
    public void Fail() => IsInvalid = true;

    /// <summary>A number of one byte.</summary>
    public byte ReadByte() => TakeWhole(1) is [var value] ? value : (byte)0;

    /// <summary>A number of four bytes.</summary>
    public int ReadInt32() =>
        TakeWhole(sizeof(int)) is { IsEmpty: false } value ? BinaryPrimitives.ReadInt32LittleEndian(value) : 0;

    /// <summary>A number of eight bytes.</summary>
    public long ReadInt64() =>
        TakeWhole(sizeof(long)) is { IsEmpty: false } value ? BinaryPrimitives.ReadInt64LittleEndian(value) : 0;

    /// <summary>Text up to a 0.</summary>
    public ReadOnlySpan<byte> ReadName()
    {
        var end = IsStopped ? -1 : _rest.IndexOf((byte)0);
        if (end < 0)
        {
            IsShort = true;
            return [];
        }

        var name = _rest[..end];
        _rest = _rest[(end + 1)..];
        return name;
    }

    /// <summary>Text behind its length, which counts the 0 at its end; its beginning when more is missing.</summary>
    public ReadOnlySpan<byte> ReadString()
    {
        var length = ReadInt32();
        if (length < 1 && !IsStopped)
        {
            IsInvalid = true;
        }

        var text = Take(length);
        return IsStopped ? text : text[..^1];
    }

    /// <summary>A document with its head and end; its beginning when the rest is missing.</summary>
    public ReadOnlySpan<byte> ReadDocument()
    {
        if (_rest.Length < sizeof(int))
        {
            IsShort = true;
            return [];
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(_rest);
        if (length < MinDocumentBytes)
        {
            IsInvalid = true;
        }

        return Take(length);
    }

    /// <summary>Bytes of a known number; fewer when the rest is missing.</summary>
    public ReadOnlySpan<byte> Take(int length)
    {
        IsInvalid |= length < 0;
        if (IsStopped)
        {
            return [];
        }

        var taken = _rest[..Math.Min(length, _rest.Length)];
        _rest = _rest[taken.Length..];
        IsShort = taken.Length < length;
        return taken;
    }

    /// <summary>Passes by a value.</summary>
    public void Skip(BsonType type)
    {
        switch (type)
        {
            case BsonType.Document or BsonType.Array:
                ReadDocument();
                break;
            case BsonType.String or BsonType.Code or BsonType.Symbol:
                ReadString();
                break;
            case BsonType.Binary:
                var length = ReadInt32();
                ReadByte();
                Take(length);
                break;
            case BsonType.Regex:
                ReadName();
                ReadName();
                break;
            case BsonType.Pointer:
                ReadString();
                Take(BsonTypes.ObjectIdBytes);
                break;
            case BsonType.CodeWithScope:
                ReadDocument(); // its length counts itself as that of a document does
                break;
            default:
                Take(BsonTypes.FixedBytes(type));
                break;
        }
    }

    private ReadOnlySpan<byte> TakeWhole(int length)
    {
        var taken = Take(length);
        return IsStopped ? [] : taken;
    }
}

/// <summary>Types of values.</summary>
internal enum BsonType : byte
{
    /// <summary>End of a document.</summary>
    End = 0x00,

    /// <summary>8 bytes of IEEE 754.</summary>
    Double = 0x01,

    /// <summary>Text.</summary>
    String = 0x02,

    /// <summary>Document.</summary>
    Document = 0x03,

    /// <summary>Document whose names are indexes.</summary>
    Array = 0x04,

    /// <summary>Bytes of a kind.</summary>
    Binary = 0x05,

    /// <summary>Undefined.</summary>
    Undefined = 0x06,

    /// <summary>12 bytes.</summary>
    ObjectId = 0x07,

    /// <summary>One byte.</summary>
    Boolean = 0x08,

    /// <summary>Milliseconds since 1970.</summary>
    Date = 0x09,

    /// <summary>Null.</summary>
    Null = 0x0a,

    /// <summary>Pattern and options.</summary>
    Regex = 0x0b,

    /// <summary>Name and id.</summary>
    Pointer = 0x0c,

    /// <summary>JavaScript.</summary>
    Code = 0x0d,

    /// <summary>Text.</summary>
    Symbol = 0x0e,

    /// <summary>JavaScript and a document.</summary>
    CodeWithScope = 0x0f,

    /// <summary>Number of 4 bytes.</summary>
    Int32 = 0x10,

    /// <summary>Seconds and a count.</summary>
    Timestamp = 0x11,

    /// <summary>Number of 8 bytes.</summary>
    Int64 = 0x12,

    /// <summary>16 bytes of IEEE 754 decimal.</summary>
    Decimal128 = 0x13,

    /// <summary>Above all values.</summary>
    MaxKey = 0x7f,

    /// <summary>Below all values.</summary>
    MinKey = 0xff,
}

/// <summary>Lengths of values.</summary>
internal static class BsonTypes
{
    /// <summary>Bytes of an object id.</summary>
    public const int ObjectIdBytes = 12;

    /// <summary>Bytes of a value whose type tells; -1 for what is no type.</summary>
    public static int FixedBytes(BsonType type) => type switch
    {
        BsonType.Double or BsonType.Date or BsonType.Timestamp or BsonType.Int64 => 8,
        BsonType.Int32 => 4,
        BsonType.Boolean => 1,
        BsonType.ObjectId => ObjectIdBytes,
        BsonType.Decimal128 => 16,
        BsonType.Undefined or BsonType.Null or BsonType.MaxKey or BsonType.MinKey => 0,
        _ => -1,
    };
}
