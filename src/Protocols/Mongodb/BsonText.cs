using System.Buffers.Text;
using System.Globalization;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Mongodb;

/// <summary>
/// Documents as MongoDB Extended JSON, version 2, canonical. What is missing at the end of the bytes, or finds no room
/// in the text, is left out and the text marked.
/// </summary>
/// <param name="text">Where it goes.</param>
internal readonly ref struct BsonText(CellText text)
{
    private const int MaxDepth = 100; // as servers allow
    private const int NumberBytes = 64; // of a number's text
    private const byte OldBinary = 2; // subtype with a length of its own inside

    /// <summary>Appends a document. False when its bytes make no sense.</summary>
    /// <param name="document">Its bytes, as far as they are known.</param>
    /// <param name="leaveOpen">Whether members may follow, and the end of the object.</param>
    public bool Append(ReadOnlySpan<byte> document, bool leaveOpen = false)
    {
        var reader = new BsonReader(document);
        AppendMembers(ref reader, isArray: false, depth: 0);
        text.Append(leaveOpen ? default : "}"u8);
        if (reader.IsShort)
        {
            text.MarkCut();
        }

        return !reader.IsInvalid;
    }

    /// <summary>Appends a value.</summary>
    public void AppendValue(ref BsonReader reader, BsonType type, int depth)
    {
        switch (type)
        {
            case BsonType.Document or BsonType.Array:
                AppendDocument(ref reader, type == BsonType.Array, depth + 1);
                break;
            case BsonType.String:
                text.AppendJsonString(reader.ReadString());
                break;
            case BsonType.Boolean:
                text.Append(reader.ReadByte() != 0 ? "true"u8 : "false"u8);
                break;
            case BsonType.Null:
                text.Append("null"u8);
                break;
            case BsonType.Binary:
                AppendBinary(ref reader);
                break;
            case BsonType.Regex:
                AppendPair("{\"$regularExpression\":{\"pattern\":"u8, reader.ReadName(), ",\"options\":"u8);
                AppendPair(default, reader.ReadName(), "}}"u8);
                break;
            case BsonType.Pointer:
                AppendPair("{\"$dbPointer\":{\"$ref\":"u8, reader.ReadString(), ",\"$id\":"u8);
                AppendObjectId(ref reader);
                text.Append("}}"u8);
                break;
            case BsonType.Code:
                AppendPair("{\"$code\":"u8, reader.ReadString(), "}"u8);
                break;
            case BsonType.CodeWithScope:
                reader.ReadInt32();
                AppendPair("{\"$code\":"u8, reader.ReadString(), ",\"$scope\":"u8);
                AppendDocument(ref reader, isArray: false, depth + 1);
                text.Append("}"u8);
                break;
            case BsonType.Symbol:
                AppendPair("{\"$symbol\":"u8, reader.ReadString(), "}"u8);
                break;
            case BsonType.ObjectId:
                AppendObjectId(ref reader);
                break;
            default:
                AppendScalar(ref reader, type);
                break;
        }
    }

    private void AppendDocument(ref BsonReader reader, bool isArray, int depth)
    {
        AppendMembers(ref reader, isArray, depth);
        text.Append(isArray ? "]"u8 : "}"u8);
    }

    private void AppendMembers(ref BsonReader reader, bool isArray, int depth)
    {
        var before = reader.Rest.Length;
        var length = reader.ReadInt32();
        if (depth > MaxDepth)
        {
            reader.Fail();
        }

        text.Append(isArray ? "["u8 : "{"u8);
        for (var isFirst = true; !reader.IsStopped && !text.IsCut; isFirst = false)
        {
            var type = (BsonType)reader.ReadByte();
            if (type == BsonType.End)
            {
                break;
            }

            var name = reader.ReadName();
            if (reader.IsStopped)
            {
                break;
            }

            text.Append(isFirst ? default : ","u8);
            if (!isArray)
            {
                text.AppendJsonString(name);
                text.Append(":"u8);
            }

            AppendValue(ref reader, type, depth);
        }

        if (!reader.IsStopped && !text.IsCut && before - reader.Rest.Length != length)
        {
            reader.Fail();
        }
    }

    private void AppendScalar(ref BsonReader reader, BsonType type)
    {
        var bytes = BsonTypes.FixedBytes(type);
        if (bytes < 0)
        {
            reader.Fail();
            text.Append("null"u8); // its name stands there
            return;
        }

        Span<byte> buffer = stackalloc byte[NumberBytes];
        switch (type)
        {
            case BsonType.Double:
                var value = BitConverter.Int64BitsToDouble(reader.ReadInt64());
                AppendNumber("{\"$numberDouble\":\""u8, Write(value, buffer));
                break;
            case BsonType.Int32:
                AppendNumber("{\"$numberInt\":\""u8, Write(reader.ReadInt32(), buffer));
                break;
            case BsonType.Int64:
                AppendNumber("{\"$numberLong\":\""u8, Write(reader.ReadInt64(), buffer));
                break;
            case BsonType.Date:
                AppendNumber("{\"$date\":{\"$numberLong\":\""u8, Write(reader.ReadInt64(), buffer));
                text.Append("}"u8);
                break;
            case BsonType.Decimal128:
                var (low, high) = ((ulong)reader.ReadInt64(), (ulong)reader.ReadInt64());
                AppendNumber("{\"$numberDecimal\":\""u8, buffer[..BsonDecimal.Format(high, low, buffer)]);
                break;
            case BsonType.Timestamp:
                var (count, seconds) = ((uint)reader.ReadInt32(), (uint)reader.ReadInt32());
                text.Append("{\"$timestamp\":{\"t\":"u8);
                text.Append((long)seconds);
                text.Append(",\"i\":"u8);
                text.Append((long)count);
                text.Append("}}"u8);
                break;
            default:
                text.Append(type switch
                {
                    BsonType.MinKey => "{\"$minKey\":1}"u8,
                    BsonType.MaxKey => "{\"$maxKey\":1}"u8,
                    _ => "{\"$undefined\":true}"u8,
                });
                break;
        }
    }

    private void AppendNumber(ReadOnlySpan<byte> before, ReadOnlySpan<byte> number)
    {
        text.Append(before);
        text.Append(number);
        text.Append("\"}"u8);
    }

    private void AppendPair(ReadOnlySpan<byte> before, ReadOnlySpan<byte> value, ReadOnlySpan<byte> after)
    {
        text.Append(before);
        text.AppendJsonString(value);
        text.Append(after);
    }

    private void AppendObjectId(ref BsonReader reader)
    {
        Span<byte> hex = stackalloc byte[2 * BsonTypes.ObjectIdBytes];
        Convert.TryToHexStringLower(reader.Take(BsonTypes.ObjectIdBytes), hex, out var written);
        text.Append("{\"$oid\":\""u8);
        text.Append(hex[..written]);
        text.Append("\"}"u8);
    }

    private void AppendBinary(ref BsonReader reader)
    {
        const int PieceBytes = 48; // of bytes at once; a multiple of 3
        var length = reader.ReadInt32();
        var subtype = reader.ReadByte();
        var value = reader.Take(length);
        value = subtype == OldBinary && value.Length >= sizeof(int) ? value[sizeof(int)..] : value;
        text.Append("{\"$binary\":{\"base64\":\""u8);
        Span<byte> base64 = stackalloc byte[PieceBytes / 3 * 4];
        while (!value.IsEmpty && !text.IsCut)
        {
            var piece = value[..Math.Min(PieceBytes, value.Length)];
            Base64.EncodeToUtf8(piece, base64, out _, out var written);
            text.Append(base64[..written]);
            value = value[piece.Length..];
        }

        text.Append("\",\"subType\":\""u8);
        Span<byte> hex = stackalloc byte[2];
        Convert.TryToHexStringLower([subtype], hex, out _);
        text.Append(hex);
        text.Append("\"}}"u8);
    }

    /// <summary>Text of a whole number.</summary>
    internal static ReadOnlySpan<byte> Write(long value, Span<byte> buffer) =>
        value.TryFormat(buffer, out var written, default, CultureInfo.InvariantCulture) ? buffer[..written] : [];

    /// <summary>Text of a number; whole ones end with ".0".</summary>
    internal static ReadOnlySpan<byte> Write(double value, Span<byte> buffer)
    {
        if (double.IsInfinity(value))
        {
            return value > 0 ? "Infinity"u8 : "-Infinity"u8;
        }

        value.TryFormat(buffer, out var written, default, CultureInfo.InvariantCulture);
        if (double.IsFinite(value) && buffer[..written].IndexOfAny((byte)'.', (byte)'E') < 0)
        {
            ".0"u8.CopyTo(buffer[written..]);
            written += 2;
        }

        return buffer[..written];
    }
}
