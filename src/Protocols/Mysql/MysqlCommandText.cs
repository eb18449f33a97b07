using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Mysql;

/// <summary>Commands whose payload is text.</summary>
/// <remarks>
/// A query may begin with attributes: their number; the number of sets, 1; if there are any: which are null, bits; 1;
/// two bytes of type and a name for each; values. Source: MySQL internals, "COM_QUERY".
/// </remarks>
internal static class MysqlCommandText
{
    /// <summary>Whether a packet can begin a command.</summary>
    public static bool CanBegin(MysqlPacket packet, ReadOnlySpan<byte> payload)
    {
        if (packet.Number != 0 || payload.IsEmpty)
        {
            return false;
        }

        var rule = MysqlCommands.Rule(payload[0]);
        return rule.Allows(packet.Length)
            && (!rule.HasText || payload.Length == 1 || IsText(payload[1]) || MayHaveAttributes(payload));
    }

    /// <summary>Appends the text of a request.</summary>
    /// <param name="payload">The payload, the command included; may be cut.</param>
    /// <param name="capabilities">What the sides agreed on; null when that is not known.</param>
    /// <param name="text">Where it goes.</param>
    public static void Append(ReadOnlySpan<byte> payload, MysqlCapabilities? capabilities, CellText text)
    {
        var command = (MysqlCommand)payload[0];
        var reader = new MysqlReader(payload[1..]);
        if (command == MysqlCommand.FieldList)
        {
            text.AppendText(reader.ZeroTerminated()); // the table; a pattern of columns follows
            return;
        }

        if (command == MysqlCommand.Query && (capabilities is { } known
            ? (known & MysqlCapabilities.QueryAttributes) != 0
            : payload.Length > 1 && !IsText(payload[1]) && MayHaveAttributes(payload)))
        {
            SkipAttributes(ref reader);
        }

        text.AppendText(reader.Rest);
        if (reader.IsPastEnd)
        {
            text.MarkCut();
        }
    }

    private static bool IsText(byte first) => first >= ' ' || first is (byte)'\t' or (byte)'\r' or (byte)'\n';

    private static bool MayHaveAttributes(ReadOnlySpan<byte> payload) =>
        payload[0] == (byte)MysqlCommand.Query && (payload.Length < 3 || payload[2] == 1);

    private static void SkipAttributes(ref MysqlReader reader)
    {
        var count = reader.Number();
        reader.Number(); // sets
        if (count == 0)
        {
            return;
        }

        var nulls = reader.Bytes((count + 7) / 8);
        reader.Byte(); // the types follow
        var types = new MysqlReader(reader.Rest);
        for (var i = 0UL; i < count && !reader.IsPastEnd; i++)
        {
            reader.UInt16();
            reader.Text(out _);
        }

        for (var i = 0; (ulong)i < count && !reader.IsPastEnd; i++)
        {
            var type = (MysqlType)types.UInt16();
            types.Text(out _);
            if ((nulls[i / 8] >> (i % 8) & 1) == 0)
            {
                MysqlParameters.Read(ref reader, type, out _);
            }
        }
    }
}
