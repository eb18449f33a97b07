using PixieOrleans.Model;
using PixieOrleans.Tables.Hot;

namespace PixieOrleans.Tables.Store;

/// <summary>Writes the rows of one shard of a table. Used by one thread.</summary>
internal sealed class TableWriter : IRowWriter
{
    private readonly Table _table;
    private readonly int _shard;
    private readonly int _timeColumn;
    private readonly DataType[] _types;
    private readonly long _fixedRowBytes;
    private readonly int _maxBatchRows;
    private readonly long _maxBatchBytes;
    private readonly long _maxRowBytes;
    private FixedColumnBuilder<bool>?[] _booleans = [];
    private FixedColumnBuilder<long>?[] _integers = [];
    private FixedColumnBuilder<UInt128>?[] _wides = [];
    private FixedColumnBuilder<double>?[] _doubles = [];
    private StringColumnBuilder?[] _strings = [];
    private HotBatch _hot;
    private int _column;
    private long _rowBytes;
    private long _rowTimeNs;
    private long _batchBytes;
    private bool _grew;
    private long _rowsWritten;
    private long _truncatedCells;

    public TableWriter(Table table, int shard, HotBatch hot)
    {
        (_table, _shard, _timeColumn) = (table, shard, table.TimeColumn);
        _types = [.. table.Schema.Columns.Select(c => c.Type)];
        _fixedRowBytes = _types.Sum(WidthBytes);
        (_maxBatchRows, _maxBatchBytes) = (table.Options.MaxBatchRows, table.Options.MaxBatchBytes);
        _maxRowBytes = table.Options.MaxRowBytes;
        _hot = hot;
        Bind(hot);
    }

    /// <summary>Rows since the start; by any thread.</summary>
    public long RowsWritten => Volatile.Read(ref _rowsWritten);

    /// <summary>Cells cut; by any thread.</summary>
    public long TruncatedCells => Volatile.Read(ref _truncatedCells);

    /// <inheritdoc/>
    public void WriteBoolean(bool value) => _grew |= Next(_booleans).Append(value);

    /// <inheritdoc/>
    public void WriteInt64(long value)
    {
        if (_column == _timeColumn)
        {
            _rowTimeNs = value;
        }

        _grew |= Next(_integers).Append(value);
    }

    /// <inheritdoc/>
    public void WriteUInt128(UInt128 value) => _grew |= Next(_wides).Append(value);

    /// <inheritdoc/>
    public void WriteFloat64(double value) => _grew |= Next(_doubles).Append(value);

    /// <inheritdoc/>
    public void WriteString(ReadOnlySpan<byte> utf8)
    {
        var room = _maxRowBytes - _rowBytes;
        if (utf8.Length > room)
        {
            utf8 = Utf8Cut.AtMost(utf8, (int)room);
            Volatile.Write(ref _truncatedCells, _truncatedCells + 1);
        }

        _rowBytes += utf8.Length;
        _grew |= Next(_strings).Append(utf8);
    }

    /// <inheritdoc/>
    public void EndRow()
    {
        var (cells, rowBytes) = (_column, _rowBytes);
        (_column, _rowBytes) = (0, 0);
        if (cells != _types.Length)
        {
            DropRow();
            throw new InvalidOperationException(
                $"A row of table {_table.Schema.Name} ended after {cells} of {_types.Length} cells.");
        }

        _hot.Publish(_rowTimeNs);
        Volatile.Write(ref _rowsWritten, _rowsWritten + 1);
        _batchBytes += rowBytes + _fixedRowBytes;
        if (_hot.PublishedRows >= _maxBatchRows || _batchBytes >= _maxBatchBytes)
        {
            Seal();
        }
        else if (_grew)
        {
            _grew = false;
            _table.MakeRoom();
        }
    }

    /// <summary>
    /// Seals the hot batch when its oldest row is too old. Called by the writing thread between rows.
    /// </summary>
    public void SealWhenOld(long nowNs)
    {
        if (_hot.PublishedRows > 0 && _timeColumn >= 0 && nowNs - _hot.MinTimeNs >= _table.Options.MaxBatchAgeNs)
        {
            Seal();
        }
    }

    private void Seal()
    {
        _hot = _table.Seal(_shard, _hot);
        (_grew, _batchBytes) = (false, 0);
        Bind(_hot);
    }

    private T Next<T>(T?[] builders)
        where T : class
    {
        if (_column < builders.Length && builders[_column] is { } builder)
        {
            _column++;
            return builder;
        }

        throw Mismatch();
    }

    private InvalidOperationException Mismatch()
    {
        var column = _column;
        DropRow();
        return new InvalidOperationException(column < _types.Length
            ? $"Cell {column} of table {_table.Schema.Name} is of type {_types[column]}; another was written."
            : $"A row of table {_table.Schema.Name} has {_types.Length} cells; one more was written.");
    }

    private void DropRow()
    {
        (_column, _rowBytes) = (0, 0);
        foreach (var builder in _hot.Builders)
        {
            builder.Truncate(_hot.PublishedRows);
        }
    }

    private static long WidthBytes(DataType type) => type switch
    {
        DataType.Boolean => 1,
        DataType.UInt128 => 16,
        DataType.String => 4, // the offset; the text is counted as it comes
        _ => 8,
    };

    private void Bind(HotBatch hot)
    {
        _booleans = [.. hot.Builders.Select(b => b as FixedColumnBuilder<bool>)];
        _integers = [.. hot.Builders.Select(b => b as FixedColumnBuilder<long>)];
        _wides = [.. hot.Builders.Select(b => b as FixedColumnBuilder<UInt128>)];
        _doubles = [.. hot.Builders.Select(b => b as FixedColumnBuilder<double>)];
        _strings = [.. hot.Builders.Select(b => b as StringColumnBuilder)];
    }
}
