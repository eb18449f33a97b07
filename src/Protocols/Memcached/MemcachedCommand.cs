using System.Collections.Immutable;
using System.Text;

namespace PixieOrleans.Protocols.Memcached;

/// <summary>A command of the text protocol.</summary>
/// <param name="Text">As it is written; servers tell lower from upper case.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Words">Names of the words behind it; "key" is one key, "keys" are all that follow, "size" the bytes of
/// the value behind the line, "flags..." the flags of meta commands.</param>
internal sealed record MemcachedCommand(string Text, MemcachedKind Kind, string Words = "")
{
    /// <summary>Bytes of the longest name.</summary>
    public const int MaxNameBytes = 16;

    private static readonly ImmutableArray<MemcachedCommand> All =
    [
        new("get", MemcachedKind.Get, "keys"),
        new("set", MemcachedKind.Store, "key flags exptime size"),
        new("gets", MemcachedKind.Get, "keys"),
        new("delete", MemcachedKind.Delete, "key time"),
        new("incr", MemcachedKind.Arithmetic, "key delta"),
        new("decr", MemcachedKind.Arithmetic, "key delta"),
        new("add", MemcachedKind.Store, "key flags exptime size"),
        new("replace", MemcachedKind.Store, "key flags exptime size"),
        new("append", MemcachedKind.Store, "key flags exptime size"),
        new("prepend", MemcachedKind.Store, "key flags exptime size"),
        new("cas", MemcachedKind.Store, "key flags exptime size cas"),
        new("touch", MemcachedKind.Touch, "key exptime"),
        new("gat", MemcachedKind.Get, "exptime keys"),
        new("gats", MemcachedKind.Get, "exptime keys"),
        new("mg", MemcachedKind.MetaGet, "key flags..."),
        new("ms", MemcachedKind.MetaSet, "key size flags..."),
        new("md", MemcachedKind.MetaDelete, "key flags..."),
        new("ma", MemcachedKind.MetaArithmetic, "key flags..."),
        new("mn", MemcachedKind.MetaNoop),
        new("me", MemcachedKind.MetaDebug, "key flags..."),
        new("stats", MemcachedKind.Stats),
        new("version", MemcachedKind.Version),
        new("flush_all", MemcachedKind.Other, "delay"),
        new("verbosity", MemcachedKind.Other, "level"),
        new("quit", MemcachedKind.Quit),
        new("cache_memlimit", MemcachedKind.Other),
        new("slabs", MemcachedKind.Other),
        new("lru", MemcachedKind.Other),
        new("lru_crawler", MemcachedKind.Lines),
        new("watch", MemcachedKind.Lines),
        new("extstore", MemcachedKind.Other),
        new("misbehave", MemcachedKind.Other),
        new("debugtime", MemcachedKind.Other),
        new("refresh_certs", MemcachedKind.Other),
        new("shutdown", MemcachedKind.Quit),
    ];

    /// <summary>As it is written.</summary>
    public byte[] Utf8 { get; } = Encoding.ASCII.GetBytes(Text);

    /// <summary>Names of the words behind it.</summary>
    public ImmutableArray<byte[]> WordNames { get; } =
        [.. Words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Encoding.ASCII.GetBytes)];

    /// <summary>True when a value follows the line.</summary>
    public bool HasValue => (Kind & (MemcachedKind.Store | MemcachedKind.MetaSet)) != 0;

    /// <summary>True when its last word may be "noreply".</summary>
    public bool MayBeQuiet => (Kind & (MemcachedKind.Store | MemcachedKind.Arithmetic | MemcachedKind.Delete
        | MemcachedKind.Touch | MemcachedKind.Other)) != 0;

    /// <summary>The command of a name, or null.</summary>
    public static MemcachedCommand? Find(ReadOnlySpan<byte> name)
    {
        foreach (var command in All)
        {
            if (name.SequenceEqual(command.Utf8))
            {
                return command;
            }
        }

        return null;
    }
}
