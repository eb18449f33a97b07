using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace PixieOrleans.Model.Rows;

/// <summary>Writes rows as comma-separated values (RFC 4180), UTF-8.</summary>
public sealed class CsvRowWriter(IBufferWriter<byte> output, ImmutableArray<ColumnSchema> columns) : IRowWriter
{
    private const int MaxNumberBytes = 32;
    private static readonly SearchValues<byte> MustQuote = SearchValues.Create("\",\r\n"u8);
    private int _column;

    /// <summary>Writes the names of the columns as a line.</summary>
    public void WriteHeader()
    {
        foreach (var column in columns)
        {
            StartCell();
            WriteText(Encoding.UTF8.GetBytes(column.Name));
        }

        EndRow();
    }

    /// <inheritdoc/>
    public void WriteBoolean(bool value)
    {
        StartCell();
        output.Write(value ? "true"u8 : "false"u8);
    }

    /// <inheritdoc/>
    public void WriteInt64(long value)
    {
        StartCell();
        var span = output.GetSpan(MaxNumberBytes);
        if (columns[_column - 1].Type == DataType.Time64Ns)
        {
            TimeText.Format(value, span);
            output.Advance(TimeText.Length);
            return;
        }

        Utf8Formatter.TryFormat(value, span, out var written);
        output.Advance(written);
    }

    /// <inheritdoc/>
    public void WriteUInt128(UInt128 value)
    {
        StartCell();
        output.Write(Encoding.ASCII.GetBytes(Upid.ToUuid(value)));
    }

    /// <inheritdoc/>
    public void WriteFloat64(double value)
    {
        StartCell();
        value.TryFormat(output.GetSpan(MaxNumberBytes), out var written, "R", CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    /// <inheritdoc/>
    public void WriteString(ReadOnlySpan<byte> utf8)
    {
        StartCell();
        WriteText(Utf8.IsValid(utf8) ? utf8 : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8)));
    }

    /// <inheritdoc/>
    public void EndRow()
    {
        _column = 0;
        output.Write("\r\n"u8);
    }

    private void StartCell()
    {
        if (_column++ > 0)
        {
            output.Write(","u8);
        }
    }

    private void WriteText(ReadOnlySpan<byte> text)
    {
        if (!text.ContainsAny(MustQuote))
        {
            output.Write(text);
            return;
        }

        output.Write("\""u8);
        for (var quote = text.IndexOf((byte)'"'); quote >= 0; quote = text.IndexOf((byte)'"'))
        {
            output.Write(text[..(quote + 1)]);
            output.Write("\""u8);
            text = text[(quote + 1)..];
        }

        output.Write(text);
        output.Write("\""u8);
    }
}
