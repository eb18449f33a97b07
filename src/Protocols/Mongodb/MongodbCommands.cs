using System.Collections.Frozen;
using System.Text;

namespace PixieOrleans.Protocols.Mongodb;

/// <summary>Commands that are treated in a way of their own.</summary>
internal static class MongodbCommands
{
    // Their bodies and those of their answers hold passwords or proofs of them. Source: MongoDB specifications,
    // "Command Logging and Monitoring", section "Security".
    private static readonly FrozenSet<string> Secret = FrozenSet.ToFrozenSet(
        [
            "authenticate", "saslStart", "saslContinue", "getnonce", "createUser", "updateUser", "copydbgetnonce",
            "copydbsaslstart", "copydb",
        ],
        StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> SecretNames =
        Secret.GetAlternateLookup<ReadOnlySpan<char>>();

    private const int MaxNameBytes = 32;

    /// <summary>Whether it is how a driver and a server get to know each other, and keep in touch.</summary>
    public static bool IsHandshake(ReadOnlySpan<byte> command) =>
        Ascii.EqualsIgnoreCase(command, "hello"u8) || Ascii.EqualsIgnoreCase(command, "isMaster"u8);

    /// <summary>Whether its texts are not kept.</summary>
    public static bool IsSecret(ReadOnlySpan<byte> command)
    {
        Span<char> name = stackalloc char[MaxNameBytes];
        return command.Length <= MaxNameBytes
            && SecretNames.Contains(name[..Encoding.Latin1.GetChars(command, name)]);
    }
}
