using System.Buffers;
using System.Buffers.Binary;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Expressions;

/// <summary>Collects the bytes of a String column, cell by cell, in rented arrays.</summary>
/// <param name="maxBytes">Bound of the bytes of one column.</param>
internal sealed class StringArena(int maxBytes) : IDisposable
{
    private byte[] _bytes = [];
    private int[] _ends = [];
    private int _length;
    private int _cells;

    /// <summary>Begins a column.</summary>
    public void Start()
    {
        _length = 0;
        _cells = 0;
    }

    /// <summary>Appends bytes to the cell being written.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    /// <summary>Appends one byte to the cell being written.</summary>
    public void Append(byte value) => Reserve(1)[0] = value;

    /// <summary>Appends eight bytes, little endian, to the cell being written.</summary>
    public void AppendInt64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Reserve(sizeof(long)), value);

    /// <summary>Appends eight bytes, little endian, to the cell being written.</summary>
    public void AppendFloat64(double value) =>
        BinaryPrimitives.WriteDoubleLittleEndian(Reserve(sizeof(double)), value);

    /// <summary>Extends the cell being written; the caller fills the returned bytes.</summary>
    /// <exception cref="QueryLimitException">The column would exceed its bound.</exception>
    public Span<byte> Reserve(int count)
    {
        if (count > _bytes.Length - _length)
        {
            Grow(count);
        }

        var start = _length;
        _length += count;
        return _bytes.AsSpan(start, count);
    }

    /// <summary>Bytes of the cell being written.</summary>
    public int CellLength => _length - (_cells == 0 ? 0 : _ends[_cells - 1]);

    /// <summary>Drops what the cell being written has beyond its first <paramref name="length"/> bytes.</summary>
    public void CutCell(int length) => _length -= CellLength - length;

    /// <summary>Ends a cell.</summary>
    public void EndCell()
    {
        if (_cells == _ends.Length)
        {
            var larger = ArrayPool<int>.Shared.Rent(Math.Max(256, 2 * _ends.Length));
            _ends.AsSpan(0, _cells).CopyTo(larger);
            Return(_ends);
            _ends = larger;
        }

        _ends[_cells++] = _length;
    }

    /// <summary>The cells since <see cref="Start"/>, in arrays of their own.</summary>
    public ArenaStringColumn ToColumn()
    {
        var offsets = new int[_cells + 1];
        _ends.AsSpan(0, _cells).CopyTo(offsets.AsSpan(1));
        return new ArenaStringColumn(offsets, _bytes.AsSpan(0, _length).ToArray());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Return(_ends);
        Return(_bytes);
        (_ends, _bytes) = ([], []);
    }

    private void Grow(int count)
    {
        if (count > maxBytes - _length)
        {
            throw new QueryLimitException(
                $"A String column of one batch needs more than MaxStringColumnBytes = {maxBytes} bytes.");
        }

        var wanted = Math.Max((long)_length + count, Math.Min(maxBytes, Math.Max(4096, 2L * _bytes.Length)));
        var larger = ArrayPool<byte>.Shared.Rent((int)wanted);
        _bytes.AsSpan(0, _length).CopyTo(larger);
        Return(_bytes);
        _bytes = larger;
    }

    private static void Return<T>(T[] array)
    {
        if (array.Length > 0)
        {
            ArrayPool<T>.Shared.Return(array);
        }
    }
}
