namespace PixieOrleans.Protocols.Mongodb;

/// <summary>Kinds of messages. Source: MongoDB manual, "MongoDB Wire Protocol".</summary>
internal enum MongodbOpcode
{
    /// <summary>Answer to a legacy request.</summary>
    Reply = 1,

    /// <summary>Legacy update.</summary>
    Update = 2001,

    /// <summary>Legacy insert.</summary>
    Insert = 2002,

    /// <summary>Not used.</summary>
    Reserved = 2003,

    /// <summary>Legacy query; still how some drivers say hello.</summary>
    Query = 2004,

    /// <summary>Legacy request for more of a result.</summary>
    GetMore = 2005,

    /// <summary>Legacy delete.</summary>
    Delete = 2006,

    /// <summary>Legacy end of results.</summary>
    KillCursors = 2007,

    /// <summary>One of the others, compressed.</summary>
    Compressed = 2012,

    /// <summary>All commands and their answers.</summary>
    Msg = 2013,
}

/// <summary>Layout of a legacy request: flags, a name, numbers, documents.</summary>
/// <param name="Command">What the row calls it.</param>
/// <param name="HasName">Whether the name of a collection is behind the first number.</param>
/// <param name="NumberBytes">Bytes of numbers behind the name.</param>
/// <param name="HasDocuments">Whether documents follow.</param>
/// <param name="IsAnswered">Whether the server answers.</param>
internal sealed record MongodbLegacy(
    byte[] Command, bool HasName, int NumberBytes, bool HasDocuments, bool IsAnswered)
{
    private const int First = (int)MongodbOpcode.Update;

    // Indexed by opcode - 2001.
    private static readonly MongodbLegacy?[] Layouts =
    [
        new([.. "update"u8], HasName: true, NumberBytes: 4, HasDocuments: true, IsAnswered: false),
        new([.. "insert"u8], HasName: true, NumberBytes: 0, HasDocuments: true, IsAnswered: false),
        null,
        new([.. "query"u8], HasName: true, NumberBytes: 8, HasDocuments: true, IsAnswered: true),
        new([.. "getMore"u8], HasName: true, NumberBytes: 12, HasDocuments: false, IsAnswered: true),
        new([.. "delete"u8], HasName: true, NumberBytes: 4, HasDocuments: true, IsAnswered: false),
        new([.. "killCursors"u8], HasName: false, NumberBytes: 4, HasDocuments: false, IsAnswered: false),
    ];

    /// <summary>The layout of a request, or null when it has none.</summary>
    public static MongodbLegacy? Find(MongodbOpcode opcode) =>
        opcode is >= MongodbOpcode.Update and <= MongodbOpcode.KillCursors ? Layouts[(int)opcode - First] : null;
}
