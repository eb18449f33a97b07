using PixieOrleans.Model;

namespace PixieOrleans.Bench.Offline;

/// <summary>Takes the cells and keeps a sum, so that the calls are not free.</summary>
internal sealed class NullRows : IRowWriter
{
    private long _sum;

    public void WriteBoolean(bool value) => _sum += value ? 1 : 0;

    public void WriteInt64(long value) => _sum += value;

    public void WriteUInt128(UInt128 value) => _sum += (long)value;

    public void WriteFloat64(double value) => _sum += (long)value;

    public void WriteString(ReadOnlySpan<byte> utf8) => _sum += utf8.Length;

    public void EndRow() => _sum++;
}
