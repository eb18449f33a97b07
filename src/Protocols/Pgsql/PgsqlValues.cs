using System.Buffers.Text;
using System.Collections.Frozen;
using System.Globalization;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Pgsql;

/// <summary>Values in binary format as the text that the server would send; by the type's object id.</summary>
/// <remarks>Source: the send functions of PostgreSQL's types; ids from its catalog pg_type.</remarks>
internal static partial class PgsqlValues
{
    private const int TypeBoolean = 16;
    private const int TypeBytea = 17;

    private static readonly FrozenDictionary<int, Writer> Writers = new Dictionary<int, Writer>
    {
        [TypeBoolean] = static (ref r, text) => text.Append(r.ReadByte() == 0 ? "f"u8 : "t"u8),
        [TypeBytea] = static (ref r, text) => WriteHex(ref r, text),
        [18] = static (ref r, text) => WriteText(ref r, text), // char
        [19] = static (ref r, text) => WriteText(ref r, text), // name
        [20] = static (ref r, text) => text.Append(r.ReadInt64()), // int8
        [21] = static (ref r, text) => text.Append(r.ReadInt16()), // int2
        [23] = static (ref r, text) => text.Append(r.ReadInt32()), // int4
        [25] = static (ref r, text) => WriteText(ref r, text), // text
        [26] = static (ref r, text) => text.Append((uint)r.ReadInt32()), // oid
        [114] = static (ref r, text) => WriteText(ref r, text), // json
        [142] = static (ref r, text) => WriteText(ref r, text), // xml
        [700] = static (ref r, text) => WriteFloat4(ref r, text),
        [701] = static (ref r, text) => WriteFloat8(ref r, text),
        [705] = static (ref r, text) => WriteText(ref r, text), // unknown
        [1042] = static (ref r, text) => WriteText(ref r, text), // bpchar
        [1043] = static (ref r, text) => WriteText(ref r, text), // varchar
        [1082] = static (ref r, text) => WriteDate(ref r, text),
        [1083] = static (ref r, text) => WriteTime(r.ReadInt64(), text),
        [1114] = static (ref r, text) => WriteTimestamp(ref r, text),
        [1184] = static (ref r, text) => WriteTimestampTz(ref r, text),
        [1186] = static (ref r, text) => WriteInterval(ref r, text),
        [1700] = static (ref r, text) => WriteNumeric(ref r, text),
        [2950] = static (ref r, text) => WriteUuid(ref r, text),
        [3802] = static (ref r, text) => WriteJsonb(ref r, text),
    }.ToFrozenDictionary();

    // Arrays of the types above; the value names its element type itself.
    private static readonly FrozenSet<int> Arrays = new[]
    {
        199, 143, 1000, 1001, 1002, 1003, 1005, 1007, 1009, 1014, 1015, 1016, 1021, 1022, 1028, 1115, 1182, 1183, 1185,
        1187, 1231, 2951, 3807,
    }.ToFrozenSet();

    private delegate void Writer(ref PgsqlReader reader, CellText text);

    /// <summary>Appends a value.</summary>
    /// <param name="value">Its bytes.</param>
    /// <param name="binary">False when they are text.</param>
    /// <param name="type">Object id of its type; 0 when not known.</param>
    /// <param name="text">Where it goes.</param>
    public static void Write(ReadOnlySpan<byte> value, bool binary, int type, CellText text)
    {
        if (!binary)
        {
            text.AppendText(value);
        }
        else if (Arrays.Contains(type))
        {
            WriteArray(value, text);
        }
        else
        {
            WriteScalar(value, type, text);
        }
    }

    private static void WriteScalar(ReadOnlySpan<byte> value, int type, CellText text)
    {
        var reader = new PgsqlReader(value);
        if (Writers.TryGetValue(type, out var writer))
        {
            writer(ref reader, text);
            if (reader.Failed)
            {
                text.MarkCut(); // shorter than its type: the end was not captured
            }
        }
        else if (Utf8Text.LooksLikeText(value) && JsonText.IsPlain(value))
        {
            text.Append(value);
        }
        else
        {
            WriteHex(ref reader, text);
        }
    }

    private static void WriteText(ref PgsqlReader reader, CellText text) => text.AppendText(reader.Rest);

    private static void WriteJsonb(ref PgsqlReader reader, CellText text)
    {
        reader.ReadByte(); // version
        text.AppendText(reader.Rest);
    }

    private static void WriteHex(ref PgsqlReader reader, CellText text)
    {
        text.Append("\\x"u8);
        var bytes = reader.Rest;
        var room = (text.Room / 2) + 1;
        Span<byte> pair = stackalloc byte[2];
        foreach (var value in bytes[..Math.Min(bytes.Length, room)])
        {
            pair[0] = "0123456789abcdef"u8[value >> 4];
            pair[1] = "0123456789abcdef"u8[value & 15];
            text.Append(pair);
        }
    }

    private static void WriteFloat4(ref PgsqlReader reader, CellText text)
    {
        Span<byte> utf8 = stackalloc byte[32];
        BitConverter.Int32BitsToSingle(reader.ReadInt32())
            .TryFormat(utf8, out var written, default, CultureInfo.InvariantCulture);
        text.Append(utf8[..written]);
    }

    private static void WriteFloat8(ref PgsqlReader reader, CellText text)
    {
        Span<byte> utf8 = stackalloc byte[32];
        BitConverter.Int64BitsToDouble(reader.ReadInt64())
            .TryFormat(utf8, out var written, default, CultureInfo.InvariantCulture);
        text.Append(utf8[..written]);
    }

    private static void WriteUuid(ref PgsqlReader reader, CellText text)
    {
        var bytes = reader.ReadBytes(16);
        if (!reader.Failed)
        {
            Span<byte> utf8 = stackalloc byte[36];
            Utf8Formatter.TryFormat(new Guid(bytes, bigEndian: true), utf8, out var written);
            text.Append(utf8[..written]);
        }
    }

    // {1,2,NULL}; further dimensions are written flat, as one list.
    private static void WriteArray(ReadOnlySpan<byte> value, CellText text)
    {
        var reader = new PgsqlReader(value);
        var dimensions = reader.ReadInt32();
        reader.ReadInt32(); // whether there are nulls
        var type = reader.ReadInt32();
        for (var i = 0; i < dimensions && !reader.Failed; i++)
        {
            reader.ReadInt64(); // length and lower bound
        }

        text.Append("{"u8);
        for (var first = true; !reader.Failed && !reader.Rest.IsEmpty && !text.IsCut; first = false)
        {
            text.Append(first ? ""u8 : ","u8);
            var element = reader.ReadValue(out var isNull);
            if (isNull)
            {
                text.Append("NULL"u8);
            }
            else
            {
                WriteScalar(element, type, text);
            }
        }

        text.Append("}"u8);
    }
}
