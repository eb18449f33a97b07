namespace PixieOrleans.Protocols.Recognition;

/// <summary>MySQL and MariaDB.</summary>
internal static class MysqlRules
{
    private const byte Greeting = 10; // protocol version 10
    private const int MinGreeting = 40;

    /// <summary>
    /// A packet that fills the message, number 0: a command with its argument, or the server's greeting (protocol 10, a
    /// version that begins with a digit).
    /// </summary>
    public static MessageKind Mysql(in RecognitionHead head)
    {
        var (length, command) = (head.Little32(0) & 0xffffff, head[4]);
        if (head.Bytes < 5 || length == 0 || head[3] != 0 || length + 4UL != head.Length)
        {
            return MessageKind.None;
        }

        if (command == Greeting && length > MinGreeting && char.IsAsciiDigit((char)head[5]))
        {
            return MessageKind.Response;
        }

        return IsCommand(head, command, length) ? MessageKind.Request : MessageKind.None;
    }

    private static bool IsCommand(in RecognitionHead head, byte command, uint length) => length == 1
        ? command is 1 or 9 or 10 or 14 or 31 // quit, statistics, process info, ping, reset
        : command switch
        {
            2 or 3 or 4 or 22 => head[5] is >= (byte)' ' and <= (byte)'~' or (byte)'\n' or 0, // text
            25 or 26 => length == 5, // close, reset of a statement
            23 => length >= 10 && head.Little32(10) == 1, // execution of a statement, once
            _ => false,
        };
}
