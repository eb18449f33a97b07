namespace PixieOrleans.Protocols.Memcached;

/// <summary>What a command does, which tells what may answer it. A bit mask, so that an answer can name several.
/// </summary>
[Flags]
internal enum MemcachedKind : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Stores a value that is sent along.</summary>
    Store = 1 << 0,

    /// <summary>Asks for values.</summary>
    Get = 1 << 1,

    /// <summary>Counts up or down.</summary>
    Arithmetic = 1 << 2,

    /// <summary>Removes a value.</summary>
    Delete = 1 << 3,

    /// <summary>Changes when a value expires.</summary>
    Touch = 1 << 4,

    /// <summary>Lines of figures.</summary>
    Stats = 1 << 5,

    /// <summary>Version of the server.</summary>
    Version = 1 << 6,

    /// <summary>Lines in a form of their own up to END, or one word.</summary>
    Lines = 1 << 7,

    /// <summary>One word answers it.</summary>
    Other = 1 << 8,

    /// <summary>Meta command that asks for a value.</summary>
    MetaGet = 1 << 9,

    /// <summary>Meta command that stores.</summary>
    MetaSet = 1 << 10,

    /// <summary>Meta command that removes.</summary>
    MetaDelete = 1 << 11,

    /// <summary>Meta command that counts.</summary>
    MetaArithmetic = 1 << 12,

    /// <summary>Meta command that does nothing: its answer says that those before it are done.</summary>
    MetaNoop = 1 << 13,

    /// <summary>Meta command that describes an item.</summary>
    MetaDebug = 1 << 14,

    /// <summary>Ends the connection; no answer in text.</summary>
    Quit = 1 << 15,

    /// <summary>All meta commands about a key.</summary>
    Meta = MetaGet | MetaSet | MetaDelete | MetaArithmetic | MetaDebug,

    /// <summary>Everything.</summary>
    All = ushort.MaxValue,
}
