using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace PixieOrleans.Protocols.Amqp;

/// <summary>A method of AMQP 0-9-1.</summary>
/// <param name="ClassId">Number of its class.</param>
/// <param name="MethodId">Its number within the class.</param>
/// <param name="Sender">Who sends it.</param>
/// <param name="Answers">Number of the method that it answers; 0 for none.</param>
/// <param name="Fields">Its fields, in order.</param>
internal sealed record AmqpMethod(
    ushort ClassId, ushort MethodId, AmqpSender Sender, ushort Answers, ImmutableArray<AmqpField> Fields)
{
    /// <summary>The methods by <see cref="Key"/>.</summary>
    private static readonly FrozenDictionary<uint, AmqpMethod> ByKey = AmqpMethodTable.Rows
        .Select(Parse)
        .ToFrozenDictionary(method => Key(method.ClassId, method.MethodId));

    private static readonly FrozenSet<uint> Questions = ByKey.Values
        .Where(method => method.Answers != 0)
        .Select(method => Key(method.ClassId, method.Answers))
        .ToFrozenSet();

    /// <summary>True when a method answers it.</summary>
    public bool IsQuestion => Questions.Contains(Key(ClassId, MethodId));

    /// <summary>True for connection.close, after which nothing is answered any more.</summary>
    public bool ClosesConnection => ClassId == 10 && MethodId == 50;

    /// <summary>True for channel.close.</summary>
    public bool ClosesChannel => ClassId == 20 && MethodId == 40;

    /// <summary>The method of these numbers, or null.</summary>
    public static AmqpMethod? Find(ushort classId, ushort methodId) =>
        ByKey.GetValueOrDefault(Key(classId, methodId));

    private static uint Key(ushort classId, ushort methodId) => ((uint)classId << 16) | methodId;

    // "class.method sender[answers] field:type ...".
    private static AmqpMethod Parse(string row)
    {
        var parts = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var numbers = parts[0].Split('.');
        var sender = parts[1][0] switch
        {
            'C' => AmqpSender.Client,
            'S' => AmqpSender.Server,
            _ => AmqpSender.Both,
        };
        var answers = parts[1].Length > 1 ? ushort.Parse(parts[1].AsSpan(1), CultureInfo.InvariantCulture) : (ushort)0;
        return new AmqpMethod(
            ushort.Parse(numbers[0], CultureInfo.InvariantCulture),
            ushort.Parse(numbers[1], CultureInfo.InvariantCulture),
            sender,
            answers,
            [.. parts.Skip(2).Select(AmqpField.Parse)]);
    }
}

/// <summary>Who sends a method.</summary>
internal enum AmqpSender : byte
{
    /// <summary>Either side.</summary>
    Both,

    /// <summary>The client.</summary>
    Client,

    /// <summary>The server.</summary>
    Server,
}

/// <summary>A field of a method or of the properties of a content.</summary>
/// <param name="Name">Its name, with underscores, as it stands in JSON.</param>
/// <param name="Type">How it is written.</param>
internal sealed record AmqpField(byte[] Name, AmqpFieldType Type)
{
    /// <summary>Reads "name:type".</summary>
    public static AmqpField Parse(string text)
    {
        var colon = text.IndexOf(':');
        var type = text[(colon + 1)..] switch
        {
            "u8" => AmqpFieldType.UInt8,
            "u16" => AmqpFieldType.UInt16,
            "u32" => AmqpFieldType.UInt32,
            "u64" => AmqpFieldType.UInt64,
            "bit" => AmqpFieldType.Bit,
            "str" => AmqpFieldType.ShortString,
            "long" => AmqpFieldType.LongString,
            "secret" => AmqpFieldType.Secret,
            "table" => AmqpFieldType.Table,
            var other => throw new InvalidOperationException($"no type of AMQP: {other}"),
        };
        return new AmqpField(Encoding.ASCII.GetBytes(text[..colon]), type);
    }
}

/// <summary>How a field is written; numbers are big endian.</summary>
internal enum AmqpFieldType : byte
{
    /// <summary>1 byte.</summary>
    UInt8,

    /// <summary>2 bytes.</summary>
    UInt16,

    /// <summary>4 bytes.</summary>
    UInt32,

    /// <summary>8 bytes.</summary>
    UInt64,

    /// <summary>A bit; bits in a row share a byte, the lowest first.</summary>
    Bit,

    /// <summary>Length of 1 byte, text.</summary>
    ShortString,

    /// <summary>Length of 4 bytes, text.</summary>
    LongString,

    /// <summary>As <see cref="LongString"/>; holds a password and is not kept.</summary>
    Secret,

    /// <summary>Length in bytes of 4 bytes; then names (short strings), types of 1 byte and values.</summary>
    Table,
}
