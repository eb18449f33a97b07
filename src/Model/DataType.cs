namespace PixieOrleans.Model;

/// <summary>Type of a column's cells. The numbers are those of Pixie's wire format.</summary>
public enum DataType
{
    /// <summary>No type; never found in a schema.</summary>
    Unknown = 0,

    /// <summary>True or false, one byte a cell.</summary>
    Boolean = 1,

    /// <summary>Signed 64-bit integer.</summary>
    Int64 = 2,

    /// <summary>Unsigned 128-bit integer; holds a <see cref="Upid"/>.</summary>
    UInt128 = 3,

    /// <summary>IEEE 754 double.</summary>
    Float64 = 4,

    /// <summary>UTF-8 text or bytes.</summary>
    String = 5,

    /// <summary>Nanoseconds since 1970-01-01 UTC, signed 64-bit.</summary>
    Time64Ns = 6,
}
