using System.Text;

namespace PixieOrleans.Exec.Tests.Aggregation;

/// <summary>A field of a protobuf message: a number, or bytes that are read as the test knows them.</summary>
internal sealed record ProtobufField(int Number, long Value, byte[] Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public IReadOnlyList<ProtobufField> Fields => ProtobufFields.Read(Bytes);

    public IReadOnlyList<long> Numbers
    {
        get
        {
            var (numbers, position) = (new List<long>(), 0);
            while (position < Bytes.Length)
            {
                numbers.Add(ProtobufFields.ReadVarint(Bytes, ref position));
            }

            return numbers;
        }
    }
}

/// <summary>Reads protobuf messages of varints and bytes.</summary>
internal static class ProtobufFields
{
    public static IReadOnlyList<ProtobufField> Read(byte[] message)
    {
        var (fields, position) = (new List<ProtobufField>(), 0);
        while (position < message.Length)
        {
            var key = ReadVarint(message, ref position);
            var value = ReadVarint(message, ref position);
            if ((key & 7) == 0)
            {
                fields.Add(new ProtobufField((int)(key >> 3), value, []));
                continue;
            }

            Assert.Equal(2, key & 7);
            fields.Add(new ProtobufField((int)(key >> 3), 0, message[position..(position + (int)value)]));
            position += (int)value;
        }

        return fields;
    }

    public static long ReadVarint(byte[] message, ref int position)
    {
        for (var (value, shift) = (0UL, 0); ; shift += 7)
        {
            var next = message[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return (long)value;
            }
        }
    }

    public static long One(this IReadOnlyList<ProtobufField> fields, int number) =>
        fields.Single(field => field.Number == number).Value;
}
