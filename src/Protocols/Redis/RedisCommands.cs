using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;

namespace PixieOrleans.Protocols.Redis;

/// <summary>The commands by name.</summary>
internal static partial class RedisCommands
{
    /// <summary>Bytes of the longest name, the subcommand included.</summary>
    public const int MaxNameBytes = 48;

    private static readonly FrozenDictionary<string, RedisEffect> Effects = new Dictionary<string, RedisEffect>
    {
        ["SUBSCRIBE"] = RedisEffect.Subscribe,
        ["PSUBSCRIBE"] = RedisEffect.Subscribe,
        ["SSUBSCRIBE"] = RedisEffect.Subscribe,
        ["UNSUBSCRIBE"] = RedisEffect.Unsubscribe,
        ["PUNSUBSCRIBE"] = RedisEffect.Unsubscribe,
        ["SUNSUBSCRIBE"] = RedisEffect.Unsubscribe,
        ["CLIENT REPLY"] = RedisEffect.ClientReply,
        ["MONITOR"] = RedisEffect.Monitor,
        ["RESET"] = RedisEffect.Reset,
        ["PSYNC"] = RedisEffect.Sync,
        ["SYNC"] = RedisEffect.Sync,
        ["REPLCONF ACK"] = RedisEffect.ReplicaAck,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, RedisCommand> ByName = Table
        .Split([';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(Parse)
        .ToFrozenDictionary(command => Encoding.ASCII.GetString(command.Name.AsSpan()));

    private static readonly FrozenDictionary<string, RedisCommand>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        ByName.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Number of commands.</summary>
    public static int Count => ByName.Count;

    /// <summary>The command of a name in any case of letters, or null.</summary>
    public static RedisCommand? Find(ReadOnlySpan<byte> name)
    {
        if (name.Length > MaxNameBytes)
        {
            return null;
        }

        Span<char> capitals = stackalloc char[MaxNameBytes];
        return Ascii.ToUpper(name, capitals, out var written) == OperationStatus.Done
            && Lookup.TryGetValue(capitals[..written], out var command)
            ? command
            : null;
    }

    private static RedisCommand Parse(string line)
    {
        var words = line.Split(' ');
        var isContainer = words[0].EndsWith('!');
        var name = words[0].TrimEnd('!').Replace('|', ' ');
        return new RedisCommand(
            Bytes(name), Effects.GetValueOrDefault(name), isContainer, [.. words.Skip(1).Select(ParseArgument)]);
    }

    private static RedisArgument ParseArgument(string word)
    {
        var name = word.TrimEnd('?', '+', '*', '#');
        var fields = name.Split('/');
        var several = fields.Length > 1;
        return new RedisArgument(
            Bytes(several ? string.Join(' ', fields) : name),
            word[^1] switch
            {
                '?' => RedisArgumentKind.Optional,
                '+' or '*' => RedisArgumentKind.List,
                '#' => RedisArgumentKind.Options,
                '&' => RedisArgumentKind.Pairs,
                '@' => RedisArgumentKind.Split,
                _ => RedisArgumentKind.Fixed,
            },
            word[^1] switch
            {
                '?' or '*' or '#' or '&' or '@' => 0,
                _ => fields.Length,
            },
            several ? [.. fields.Select(Bytes)] : []);
    }

    private static ImmutableArray<byte> Bytes(string text) => [.. Encoding.ASCII.GetBytes(text)];
}
