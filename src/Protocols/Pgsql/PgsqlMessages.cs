using System.Collections.Frozen;

namespace PixieOrleans.Protocols.Pgsql;

/// <summary>What is known of a kind of message.</summary>
/// <param name="Name">Its name in the column req_cmd; empty for answers.</param>
/// <param name="MinLength">Least value of its length field, which counts itself but not the tag.</param>
/// <param name="MaxLength">Greatest value of its length field.</param>
internal readonly record struct PgsqlMessageRule(string Name, int MinLength, int MaxLength);

/// <summary>The tagged messages of the protocol 3.0, by direction: tags are used twice.</summary>
/// <remarks>Source: PostgreSQL documentation, "Message Formats"; bounds of libpq and of the server.</remarks>
internal static class PgsqlMessages
{
    private const int Any = 0x3fffffff; // bytes; the server's bound of a message
    private const int Small = 30_000; // bytes; what libpq takes for messages that carry no data

    private static readonly PgsqlMessageRule[] Frontend = Table(new()
    {
        ['Q'] = new("Query", 5, Any),
        ['P'] = new("Parse", 8, Any),
        ['B'] = new("Bind", 12, Any),
        ['D'] = new("Describe", 6, Small),
        ['E'] = new("Execute", 9, Small),
        ['C'] = new("Close", 6, Small),
        ['S'] = new("Sync", 4, 4),
        ['H'] = new("Flush", 4, 4),
        ['F'] = new("Function Call", 14, Any),
        ['d'] = new("Copy Data", 4, Any),
        ['c'] = new("Copy Done", 4, 4),
        ['f'] = new("Copy Fail", 5, Small),
        ['p'] = new("Password Message", 4, 1 << 16),
        ['X'] = new("Terminate", 4, 4),
    });

    private static readonly PgsqlMessageRule[] Backend = Table(new()
    {
        ['R'] = new("", 8, Small), // authentication
        ['K'] = new("", 12, Small), // key for cancel requests
        ['S'] = new("", 6, Small), // a setting
        ['Z'] = new("", 5, 5), // ready for a query
        ['T'] = new("", 6, Any), // columns of a result
        ['D'] = new("", 6, Any), // row
        ['C'] = new("", 5, Small), // a command is complete
        ['E'] = new("", 5, Any), // error
        ['N'] = new("", 5, Any), // notice
        ['I'] = new("", 4, 4), // the query was empty
        ['1'] = new("", 4, 4), // parsed
        ['2'] = new("", 4, 4), // bound
        ['3'] = new("", 4, 4), // closed
        ['n'] = new("", 4, 4), // no columns
        ['s'] = new("", 4, 4), // more rows on demand
        ['t'] = new("", 6, Any), // types of parameters
        ['G'] = new("", 7, Small), // send copy data
        ['H'] = new("", 7, Small), // copy data follows
        ['W'] = new("", 7, Small), // both
        ['d'] = new("", 4, Any), // copy data
        ['c'] = new("", 4, 4), // end of it
        ['A'] = new("", 10, Any), // notification
        ['V'] = new("", 8, Any), // result of a function
        ['v'] = new("", 12, Small), // lower protocol version
    });

    private static readonly FrozenDictionary<byte, byte[]> Names = "QPBDECFSdf"
        .ToFrozenDictionary(tag => (byte)tag, tag => System.Text.Encoding.ASCII.GetBytes(Frontend[tag].Name));

    /// <summary>The rule of a tag; its name is null when no message has this tag.</summary>
    public static PgsqlMessageRule Find(byte tag, bool fromClient) => (fromClient ? Frontend : Backend)[tag];

    /// <summary>Name of a message of the client, as in the column req_cmd.</summary>
    public static byte[] Name(byte tag) => Names[tag];

    private static PgsqlMessageRule[] Table(Dictionary<char, PgsqlMessageRule> rules)
    {
        var table = new PgsqlMessageRule[byte.MaxValue + 1];
        foreach (var (tag, rule) in rules)
        {
            table[tag] = rule;
        }

        return table;
    }
}
