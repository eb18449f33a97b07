using System.Buffers.Text;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Kernels.Json;

namespace PixieOrleans.Exec.Kernels.Requests.Sql;

/// <summary>How a statement came.</summary>
internal enum SqlCommand
{
    /// <summary>As text.</summary>
    Query,

    /// <summary>As a prepared statement with its parameters: query=[..] params=[.., ..].</summary>
    Execute,

    /// <summary>Not a command with a statement.</summary>
    Other,
}

/// <summary>
/// Takes the constants out of statements, so that those which differ in them only become the same text. Writes
/// {"query":..,"params":[..]}, or {"error":..}.
/// </summary>
internal sealed class SqlNormalizer(SqlDialect dialect)
{
    private readonly SqlFragments _fragments = new(dialect);
    private readonly List<(int Start, int End)> _values = []; // in the text of an execute

    /// <summary>Appends the result for one statement to the cell being written.</summary>
    public void Write(ReadOnlySpan<byte> text, SqlCommand command, StringArena output)
    {
        _values.Clear();
        if (command == SqlCommand.Other)
        {
            WriteError(
                dialect == SqlDialect.MySql
                    ? "cmd_code must be one of '3' or '23'"u8
                    : "cmd_code must be one of 'Query' or 'Execute'"u8,
                output);
            return;
        }

        var sql = command == SqlCommand.Execute ? SplitExecute(text) : text;
        var error = _fragments.Find(sql);
        if (error.IsEmpty && HasUnknownParameter())
        {
            error = "Query has more parameter placeholders in it than parameter values were passed in"u8;
        }

        if (!error.IsEmpty)
        {
            WriteError(error, output);
            return;
        }

        WriteQuery(sql, output);
        WriteParameters(sql, text, output);
    }

    private static void WriteError(ReadOnlySpan<byte> error, StringArena output)
    {
        output.Append("{\"error\":"u8);
        JsonText.AppendString(error, output);
        output.Append((byte)'}');
    }

    // The last "] params=[" ends the statement: a statement may have brackets of its own.
    private ReadOnlySpan<byte> SplitExecute(ReadOnlySpan<byte> text)
    {
        var prefix = "query=["u8;
        var separator = "] params=["u8;
        var start = text.StartsWith(prefix) ? prefix.Length : 0;
        var end = text.LastIndexOf(separator);
        if (end < start)
        {
            return start > 0 && text[^1] == ']' ? text[start..^1] : text[start..];
        }

        var stop = text.LastIndexOf((byte)']');
        SplitValues(text, end + separator.Length, stop < end + separator.Length ? text.Length : stop);
        return text[start..end];
    }

    private void SplitValues(ReadOnlySpan<byte> text, int start, int end)
    {
        while (true)
        {
            var length = text[start..end].IndexOf(", "u8);
            _values.Add((start, length < 0 ? end : start + length));
            if (length < 0)
            {
                return;
            }

            start += length + 2;
        }
    }

    private bool HasUnknownParameter()
    {
        foreach (var fragment in _fragments.Found)
        {
            if (fragment.Parameter >= _values.Count)
            {
                return true;
            }
        }

        return false;
    }

    private void WriteQuery(ReadOnlySpan<byte> sql, StringArena output)
    {
        output.Append("{\"query\":\""u8);
        var (copied, number) = (0, 0);
        Span<byte> digits = stackalloc byte[11];
        foreach (var fragment in _fragments.Found)
        {
            JsonText.AppendContent(sql[copied..fragment.Start], output);
            copied = fragment.End;
            if (dialect == SqlDialect.MySql)
            {
                output.Append((byte)'?');
                continue;
            }

            Utf8Formatter.TryFormat(++number, digits, out var length);
            output.Append((byte)'$');
            output.Append(digits[..length]);
        }

        JsonText.AppendContent(sql[copied..], output);
    }

    private void WriteParameters(ReadOnlySpan<byte> sql, ReadOnlySpan<byte> text, StringArena output)
    {
        output.Append("\",\"params\":["u8);
        var isFirst = true;
        foreach (var (start, end, parameter) in _fragments.Found)
        {
            if (!isFirst)
            {
                output.Append((byte)',');
            }

            isFirst = false;
            var value = parameter < 0 ? sql[start..end] : text[_values[parameter].Start.._values[parameter].End];
            JsonText.AppendString(value, output);
        }

        output.Append("]}"u8);
    }
}
