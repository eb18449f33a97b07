using System.Collections.Immutable;
using System.Text;

namespace PixieOrleans.Protocols.Kafka;

/// <summary>
/// Layout of the bodies of one API, for all versions up to <see cref="MaxVersion"/>. Written as text: fields
/// "name:type" in the order of the wire, with "@from-to" (or "@from-", "@only") when not in all versions; "-" before
/// the name of one that is read and not shown. Types: bool, i8, i16, i32, i64, text, uuid, topicid, bytes, records;
/// "[]type" is an array of a simple type, "[ fields ]" an array of structs.
/// </summary>
internal sealed class KafkaSchema(int flexibleFrom, int maxVersion, string request, string response)
{
    /// <summary>The first version with compact lengths and tagged fields.</summary>
    public int FlexibleFrom { get; } = flexibleFrom;

    /// <summary>The newest version whose layout is known.</summary>
    public int MaxVersion { get; } = maxVersion;

    /// <summary>Fields of the request.</summary>
    public ImmutableArray<KafkaField> Request { get; } = new Parser(request).Parse();

    /// <summary>Fields of the response.</summary>
    public ImmutableArray<KafkaField> Response { get; } = new Parser(response).Parse();

    private sealed class Parser(string text)
    {
        private readonly string[] _words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        private int _next;

        public ImmutableArray<KafkaField> Parse()
        {
            var fields = ImmutableArray.CreateBuilder<KafkaField>();
            while (_next < _words.Length && _words[_next] != "]")
            {
                fields.Add(ParseField(_words[_next++]));
            }

            _next++;
            return fields.ToImmutable();
        }

        private KafkaField ParseField(string word)
        {
            var (head, versions) = Split(word, '@');
            var (name, type) = Split(head, ':');
            var (from, to) = Split(versions, '-');
            var isArray = type.StartsWith('[');
            var inner = type == "[" ? Parse() : [];
            var element = type == "[" ? KafkaType.Struct : Enum.Parse<KafkaType>(type.TrimStart('[', ']'), true);
            return new KafkaField(
                Encoding.UTF8.GetBytes($"\"{name.TrimStart('-')}\":"),
                element,
                isArray,
                name.StartsWith('-'),
                from.Length == 0 ? 0 : int.Parse(from, null),
                to.Length > 0 ? int.Parse(to, null) : versions.Length == 0 || versions.EndsWith('-') ? int.MaxValue
                    : int.Parse(from, null),
                inner);
        }

        private static (string Before, string After) Split(string text, char separator)
        {
            var at = text.IndexOf(separator, 1 < text.Length ? 1 : 0);
            return at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);
        }
    }
}

/// <summary>A field of a body.</summary>
/// <param name="Label">Its name as JSON writes it, quotes and colon included.</param>
/// <param name="Type">Its type, or that of its elements.</param>
/// <param name="IsArray">Whether it is an array.</param>
/// <param name="IsHidden">Whether it is left out of the JSON.</param>
/// <param name="From">First version that has it.</param>
/// <param name="To">Last version that has it.</param>
/// <param name="Fields">Of a struct.</param>
internal sealed record KafkaField(
    byte[] Label, KafkaType Type, bool IsArray, bool IsHidden, int From, int To, ImmutableArray<KafkaField> Fields)
{
    /// <summary>Whether a version has it.</summary>
    public bool IsIn(int version) => version >= From && version <= To;
}

/// <summary>Types of fields.</summary>
internal enum KafkaType
{
    /// <summary>One byte, 0 is false.</summary>
    Bool,

    /// <summary>Signed, 1 byte.</summary>
    I8,

    /// <summary>Signed, 2 bytes.</summary>
    I16,

    /// <summary>Signed, 4 bytes.</summary>
    I32,

    /// <summary>Signed, 8 bytes.</summary>
    I64,

    /// <summary>Text, possibly null.</summary>
    Text,

    /// <summary>16 bytes.</summary>
    Uuid,

    /// <summary>16 bytes, shown with the name of the topic when it is known.</summary>
    TopicId,

    /// <summary>Bytes, possibly null.</summary>
    Bytes,

    /// <summary>Batches of records.</summary>
    Records,

    /// <summary>A struct.</summary>
    Struct,
}
