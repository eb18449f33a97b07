using PixieOrleans.Model;

namespace PixieOrleans.Protocols.Tests;

/// <summary>Counts rows and keeps nothing, for tests of what the parsers allocate.</summary>
internal sealed class NullRows : IRowWriter
{
    /// <summary>Rows written.</summary>
    public int Count { get; private set; }

    public void WriteBoolean(bool value)
    {
    }

    public void WriteInt64(long value)
    {
    }

    public void WriteUInt128(UInt128 value)
    {
    }

    public void WriteFloat64(double value)
    {
    }

    public void WriteString(ReadOnlySpan<byte> utf8)
    {
    }

    public void EndRow() => Count++;
}
