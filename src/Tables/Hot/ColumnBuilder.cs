using System.Runtime.CompilerServices;
using PixieOrleans.Model;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Tables.Hot;

/// <summary>
/// Cells of one column while a batch grows. One thread appends; others take views of cells that were published.
/// Growth replaces the arrays, so a view stays valid for ever.
/// </summary>
internal abstract class ColumnBuilder
{
    /// <summary>Cells that a builder has room for at first.</summary>
    protected const int InitialCells = 16;

    /// <summary>Bytes of the arrays held, used or not.</summary>
    public abstract long CapacityBytes { get; }

    /// <summary>Bytes of the cells.</summary>
    public abstract long UsedBytes { get; }

    /// <summary>Forgets the cells from <paramref name="rows"/> on; they were never published.</summary>
    public abstract void Truncate(int rows);

    /// <summary>Starts again with no cells. Only when no view was taken: the arrays are used again.</summary>
    public abstract void Clear();

    /// <summary>A view of the first <paramref name="rows"/> cells; by any thread, rows being published.</summary>
    public abstract Column View(int rows);

    /// <summary>Builder for a type of cells.</summary>
    public static ColumnBuilder Create(DataType type) => type switch
    {
        DataType.Boolean => new FixedColumnBuilder<bool>(static cells => new BooleanColumn(cells)),
        DataType.Int64 => new FixedColumnBuilder<long>(static cells => new Int64Column(cells)),
        DataType.Time64Ns => new FixedColumnBuilder<long>(static cells => new Int64Column(cells, DataType.Time64Ns)),
        DataType.UInt128 => new FixedColumnBuilder<UInt128>(static cells => new UInt128Column(cells)),
        DataType.Float64 => new FixedColumnBuilder<double>(static cells => new Float64Column(cells)),
        DataType.String => new StringColumnBuilder(),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No column holds this type."),
    };
}

/// <summary>Builder of fixed-width cells.</summary>
internal sealed class FixedColumnBuilder<T>(Func<ReadOnlyMemory<T>, Column> wrap) : ColumnBuilder
    where T : unmanaged
{
    private T[] _cells = [];
    private int _length;

    /// <summary>The cells so far, for the writing thread.</summary>
    public ReadOnlySpan<T> Cells => _cells.AsSpan(0, _length);

    /// <inheritdoc/>
    public override long CapacityBytes => (long)_cells.Length * Unsafe.SizeOf<T>();

    /// <inheritdoc/>
    public override long UsedBytes => (long)_length * Unsafe.SizeOf<T>();

    /// <summary>Appends a cell; true when the arrays grew.</summary>
    public bool Append(T value)
    {
        var cells = _cells;
        if (_length < cells.Length)
        {
            cells[_length++] = value;
            return false;
        }

        var larger = new T[Math.Max(InitialCells, cells.Length * 2)];
        cells.CopyTo(larger, 0);
        larger[_length++] = value;
        Volatile.Write(ref _cells, larger);
        return true;
    }

    /// <inheritdoc/>
    public override void Truncate(int rows) => _length = Math.Min(_length, rows);

    /// <inheritdoc/>
    public override void Clear()
    {
        if (_cells.Length > 4 * Math.Max(_length, InitialCells))
        {
            _cells = new T[2 * _length];
        }

        _length = 0;
    }

    /// <inheritdoc/>
    public override Column View(int rows) => wrap(Volatile.Read(ref _cells).AsMemory(0, rows));
}
