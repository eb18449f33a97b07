namespace PixieOrleans.Protocols.Redis;

/// <summary>Arguments that are passwords, or may be: no row keeps them.</summary>
internal static class RedisSecrets
{
    /// <summary>Stands for such an argument.</summary>
    public static ReadOnlySpan<byte> Mark => "<HIDDEN>"u8;

    /// <summary>Whether an argument may be a password.</summary>
    /// <param name="command">Name of the command, in capitals.</param>
    /// <param name="position">Arguments before it.</param>
    /// <param name="before">Beginning of the argument before it; empty at the first.</param>
    public static bool IsSecret(ReadOnlySpan<byte> command, long position, ReadOnlySpan<byte> before)
    {
        if (command.SequenceEqual("CONFIG SET"u8))
        {
            return before.StartsWith("requirep"u8) || before.StartsWith("masterau"u8);
        }

        return command.SequenceEqual("AUTH"u8)
            || (position >= 1 && (command.SequenceEqual("HELLO"u8) || command.SequenceEqual("ACL SETUSER"u8)))
            || (position >= 5 && command.SequenceEqual("MIGRATE"u8));
    }
}
