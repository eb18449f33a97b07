using System.Collections.Frozen;
using System.Text;

namespace PixieOrleans.Protocols.Memcached;

/// <summary>A command of the binary protocol.</summary>
/// <param name="Code">Its number.</param>
/// <param name="Name">Name of the text command that does the same.</param>
/// <param name="Kind">What it does.</param>
/// <param name="IsQuiet">Whether it is answered only when there is something to say: a value, a failure.</param>
/// <param name="Extras">Names and bytes of the numbers before the key.</param>
internal sealed record MemcachedOpcode(
    byte Code, string Name, MemcachedKind Kind, bool IsQuiet, params (string Name, int Bytes)[] Extras)
{
    private static readonly (string, int)[] Item = [("flags", 4), ("exptime", 4)];
    private static readonly (string, int)[] Count = [("delta", 8), ("initial", 8), ("exptime", 4)];
    private static readonly (string, int)[] Expiry = [("exptime", 4)];

    private static readonly FrozenDictionary<byte, MemcachedOpcode> All = new MemcachedOpcode[]
    {
        new(0x00, "get", MemcachedKind.Get, false),
        new(0x01, "set", MemcachedKind.Store, false, Item),
        new(0x02, "add", MemcachedKind.Store, false, Item),
        new(0x03, "replace", MemcachedKind.Store, false, Item),
        new(0x04, "delete", MemcachedKind.Delete, false),
        new(0x05, "incr", MemcachedKind.Arithmetic, false, Count),
        new(0x06, "decr", MemcachedKind.Arithmetic, false, Count),
        new(0x07, "quit", MemcachedKind.Quit, false),
        new(0x08, "flush_all", MemcachedKind.Other, false, Expiry),
        new(0x09, "get", MemcachedKind.Get, true),
        new(0x0a, "noop", MemcachedKind.Other, false),
        new(0x0b, "version", MemcachedKind.Version, false),
        new(0x0c, "get", MemcachedKind.Get, false),
        new(0x0d, "get", MemcachedKind.Get, true),
        new(0x0e, "append", MemcachedKind.Store, false),
        new(0x0f, "prepend", MemcachedKind.Store, false),
        new(0x10, "stats", MemcachedKind.Stats, false),
        new(0x11, "set", MemcachedKind.Store, true, Item),
        new(0x12, "add", MemcachedKind.Store, true, Item),
        new(0x13, "replace", MemcachedKind.Store, true, Item),
        new(0x14, "delete", MemcachedKind.Delete, true),
        new(0x15, "incr", MemcachedKind.Arithmetic, true, Count),
        new(0x16, "decr", MemcachedKind.Arithmetic, true, Count),
        new(0x17, "quit", MemcachedKind.Quit, true),
        new(0x18, "flush_all", MemcachedKind.Other, true, Expiry),
        new(0x19, "append", MemcachedKind.Store, true),
        new(0x1a, "prepend", MemcachedKind.Store, true),
        new(0x1b, "verbosity", MemcachedKind.Other, false, ("level", 4)),
        new(0x1c, "touch", MemcachedKind.Touch, false, Expiry),
        new(0x1d, "gat", MemcachedKind.Get, false, Expiry),
        new(0x1e, "gat", MemcachedKind.Get, true, Expiry),
        new(0x20, "sasl_list_mechs", MemcachedKind.Lines, false),
        new(0x21, "sasl_auth", MemcachedKind.Lines, false),
        new(0x22, "sasl_step", MemcachedKind.Lines, false),
        new(0x23, "gat", MemcachedKind.Get, false, Expiry),
        new(0x24, "gat", MemcachedKind.Get, true, Expiry),
    }.ToFrozenDictionary(opcode => opcode.Code);

    private static readonly FrozenDictionary<int, byte[]> Failures = new (int Code, string Name)[]
    {
        (0x01, "NOT_FOUND"), (0x02, "EXISTS"), (0x03, "TOO_LARGE"), (0x04, "INVALID_ARGUMENTS"), (0x05, "NOT_STORED"),
        (0x06, "NON_NUMERIC"), (0x07, "WRONG_VBUCKET"), (0x08, "AUTH_ERROR"), (0x09, "AUTH_CONTINUE"),
        (0x20, "AUTH_ERROR"), (0x21, "AUTH_CONTINUE"), (0x81, "UNKNOWN_COMMAND"), (0x82, "OUT_OF_MEMORY"),
        (0x83, "NOT_SUPPORTED"), (0x84, "INTERNAL_ERROR"), (0x85, "BUSY"), (0x86, "TEMPORARY_FAILURE"),
    }.ToFrozenDictionary(failure => failure.Code, failure => Encoding.ASCII.GetBytes(failure.Name));

    /// <summary>The name as bytes.</summary>
    public byte[] NameUtf8 { get; } = Encoding.ASCII.GetBytes(Name);

    /// <summary>Names of the numbers before the key, as bytes.</summary>
    public byte[][] ExtraNames { get; } = [.. Extras.Select(extra => Encoding.ASCII.GetBytes(extra.Name))];

    /// <summary>True when the value is a password.</summary>
    public bool IsSecret => Code is 0x21 or 0x22;

    /// <summary>The command of a number, or null.</summary>
    public static MemcachedOpcode? Find(byte code) => All.GetValueOrDefault(code);

    /// <summary>What a status means for a command: the words of the text protocol.</summary>
    public static ReadOnlySpan<byte> StatusOf(MemcachedKind kind, int status) => (kind, status) switch
    {
        (_, 0) => Success(kind),
        (MemcachedKind.Get, 1) => "MISS"u8,
        _ => Failures.TryGetValue(status, out var name) ? name : "ERROR"u8,
    };

    /// <summary>What a command says that went well.</summary>
    public static ReadOnlySpan<byte> Success(MemcachedKind kind) => kind switch
    {
        MemcachedKind.Get or MemcachedKind.MetaGet => "HIT"u8,
        MemcachedKind.Store or MemcachedKind.MetaSet => "STORED"u8,
        MemcachedKind.Delete => "DELETED"u8,
        MemcachedKind.Touch => "TOUCHED"u8,
        _ => "OK"u8,
    };
}
