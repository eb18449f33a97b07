using System.Collections.Immutable;

namespace PixieOrleans.Protocols.Redis;

/// <summary>What is known of a command.</summary>
/// <param name="Name">Its name in capitals, a subcommand behind a blank.</param>
/// <param name="Effect">What it does to the connection.</param>
/// <param name="IsContainer">True when the second word tells the command.</param>
/// <param name="Arguments">Its arguments; none when it has none or they follow no order.</param>
internal sealed record RedisCommand(
    ImmutableArray<byte> Name, RedisEffect Effect, bool IsContainer, ImmutableArray<RedisArgument> Arguments)
{
    /// <summary>Arguments that must be there, a list counted as one argument.</summary>
    public int Required { get; } = Arguments.Sum(argument => argument.Required);

    /// <summary>True when <paramref name="count"/> arguments can be given their names.</summary>
    public bool Fits(long count)
    {
        if (Arguments.IsEmpty || count < Required)
        {
            return false;
        }

        var extra = count - Required;
        foreach (var argument in Arguments)
        {
            switch (argument.Kind)
            {
                case RedisArgumentKind.List:
                    return extra % Math.Max(1, argument.Fields.Length) == 0;
                case RedisArgumentKind.Options or RedisArgumentKind.Split:
                    return true;
                case RedisArgumentKind.Pairs:
                    return extra % 2 == 0;
                case RedisArgumentKind.Optional when extra > 0:
                    extra--;
                    break;
            }
        }

        return extra == 0;
    }
}

/// <summary>An argument of a command.</summary>
/// <param name="Name">Name of its JSON property.</param>
/// <param name="Kind">How often it comes.</param>
/// <param name="Required">How many words must be there for it.</param>
/// <param name="Fields">Names within one element of a list, when that has several words.</param>
internal sealed record RedisArgument(
    ImmutableArray<byte> Name, RedisArgumentKind Kind, int Required, ImmutableArray<ImmutableArray<byte>> Fields);

/// <summary>How often an argument comes.</summary>
internal enum RedisArgumentKind : byte
{
    /// <summary>Once.</summary>
    Fixed,

    /// <summary>Once or not.</summary>
    Optional,

    /// <summary>As often as words are there.</summary>
    List,

    /// <summary>The rest: flags, and words with a value.</summary>
    Options,

    /// <summary>The rest: words with a value each.</summary>
    Pairs,

    /// <summary>The rest: as many keys as the argument before says, then values.</summary>
    Split,
}

/// <summary>What a command does to its connection.</summary>
internal enum RedisEffect : byte
{
    /// <summary>Nothing: one reply follows.</summary>
    None,

    /// <summary>A reply per channel, and messages from then on.</summary>
    Subscribe,

    /// <summary>A reply per channel, all channels when none is named.</summary>
    Unsubscribe,

    /// <summary>Turns replies on and off.</summary>
    ClientReply,

    /// <summary>Lines of other connections' commands follow.</summary>
    Monitor,

    /// <summary>Back to how the connection began.</summary>
    Reset,

    /// <summary>The connection becomes a stream of changes.</summary>
    Sync,

    /// <summary>No reply: how far a replica is.</summary>
    ReplicaAck,
}
