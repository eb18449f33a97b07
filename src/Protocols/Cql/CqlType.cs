namespace PixieOrleans.Protocols.Cql;

/// <summary>Types of columns and bound values. Source: native_protocol_v5.spec section "Rows".</summary>
internal enum CqlType
{
    /// <summary>A class of the server, by name.</summary>
    Custom = 0x00,

    /// <summary>Text of 7 bits.</summary>
    Ascii = 0x01,

    /// <summary>Number of 8 bytes.</summary>
    Bigint = 0x02,

    /// <summary>Bytes.</summary>
    Blob = 0x03,

    /// <summary>One byte.</summary>
    Boolean = 0x04,

    /// <summary>Number of 8 bytes.</summary>
    Counter = 0x05,

    /// <summary>Scale of 4 bytes and an integer of any length.</summary>
    Decimal = 0x06,

    /// <summary>8 bytes of IEEE 754.</summary>
    Double = 0x07,

    /// <summary>4 bytes of IEEE 754.</summary>
    Float = 0x08,

    /// <summary>Number of 4 bytes.</summary>
    Int = 0x09,

    /// <summary>Milliseconds since 1970.</summary>
    Timestamp = 0x0b,

    /// <summary>16 bytes.</summary>
    Uuid = 0x0c,

    /// <summary>Text.</summary>
    Varchar = 0x0d,

    /// <summary>Integer of any length.</summary>
    Varint = 0x0e,

    /// <summary>16 bytes.</summary>
    Timeuuid = 0x0f,

    /// <summary>Address of 4 or 16 bytes.</summary>
    Inet = 0x10,

    /// <summary>Days, 2^31 of them at 1970-01-01.</summary>
    Date = 0x11,

    /// <summary>Nanoseconds since midnight.</summary>
    Time = 0x12,

    /// <summary>Number of 2 bytes.</summary>
    Smallint = 0x13,

    /// <summary>Number of one byte.</summary>
    Tinyint = 0x14,

    /// <summary>Months, days and nanoseconds.</summary>
    Duration = 0x15,

    /// <summary>Values of a type.</summary>
    List = 0x20,

    /// <summary>Pairs of values of two types.</summary>
    Map = 0x21,

    /// <summary>Values of a type, each once.</summary>
    Set = 0x22,

    /// <summary>Values with names and types.</summary>
    Udt = 0x30,

    /// <summary>Values with types.</summary>
    Tuple = 0x31,
}

/// <summary>Descriptions of types, which may hold further ones.</summary>
internal static class CqlTypes
{
    /// <summary>Types inside of each other; more are not looked into.</summary>
    public const int MaxDepth = 8;

    /// <summary>Passes by a description. False when it does not end or is too deep.</summary>
    public static bool Skip(ref CqlReader types, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            return false;
        }

        switch ((CqlType)types.ReadShort())
        {
            case CqlType.Custom:
                types.ReadString();
                break;
            case CqlType.List or CqlType.Set:
                return Skip(ref types, depth + 1);
            case CqlType.Map:
                return Skip(ref types, depth + 1) && Skip(ref types, depth + 1);
            case CqlType.Udt:
                types.ReadString();
                types.ReadString();
                return SkipFields(ref types, named: true, depth);
            case CqlType.Tuple:
                return SkipFields(ref types, named: false, depth);
        }

        return !types.IsStopped;
    }

    private static bool SkipFields(ref CqlReader types, bool named, int depth)
    {
        for (var fields = types.ReadShort(); fields > 0; fields--)
        {
            if (named)
            {
                types.ReadString();
            }

            if (!Skip(ref types, depth + 1))
            {
                return false;
            }
        }

        return !types.IsStopped;
    }
}
