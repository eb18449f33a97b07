namespace PixieOrleans.Model;

/// <summary>
/// Receives rows of one table, cell by cell in schema order. One thread writes; a row becomes visible at
/// <see cref="EndRow"/>. Implemented by the table store, called by the protocols and sources.
/// </summary>
public interface IRowWriter
{
    /// <summary>Appends a Boolean cell.</summary>
    void WriteBoolean(bool value);

    /// <summary>Appends an Int64 or Time64Ns cell.</summary>
    void WriteInt64(long value);

    /// <summary>Appends a UInt128 cell.</summary>
    void WriteUInt128(UInt128 value);

    /// <summary>Appends a Float64 cell.</summary>
    void WriteFloat64(double value);

    /// <summary>Appends a String cell; <paramref name="utf8"/> is copied.</summary>
    void WriteString(ReadOnlySpan<byte> utf8);

    /// <summary>Publishes the row. Fails with InvalidOperationException when cells are missing.</summary>
    void EndRow();
}
