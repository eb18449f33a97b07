using System.Buffers.Text;
using System.Globalization;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Kernels;

/// <summary>itoa, atoi and round: numbers to text and back.</summary>
internal static class NumberTextKernels
{
    /// <summary>Adds the family.</summary>
    public static void Register(KernelTable table)
    {
        table.Add("itoa", "I:S", call => new Int64TextExpression(
            (FixedExpression<long>)call.Arguments[0], call.Options));
        table.Add("round", "FI:S", call => new DecimalsExpression(
            (FixedExpression<double>)call.Arguments[0], (FixedExpression<long>)call.Arguments[1], call.Options));
        table.Add("atoi", "SI:I", call => call.Arguments[1].IsConstant
            ? new StringFunctionExpression<long, ParseInt64>(
                (StringExpression)call.Arguments[0],
                new ParseInt64(((FixedExpression<long>)call.Arguments[1]).ConstantValue),
                DataType.Int64)
            : new ParseInt64Expression(
                (StringExpression)call.Arguments[0], (FixedExpression<long>)call.Arguments[1]));
    }
}

/// <summary>Integers as decimal text.</summary>
internal sealed class Int64TextExpression(FixedExpression<long> value, ExecutionOptions options)
    : StringResultExpression(options, value)
{
    private const int MaxDigits = 20; // of long.MinValue, with its sign

    /// <summary>Appends a number to the cell being written.</summary>
    public static void Append(long value, StringArena arena)
    {
        Span<byte> digits = stackalloc byte[MaxDigits];
        Utf8Formatter.TryFormat(value, digits, out var length);
        arena.Append(digits[..length]);
    }

    /// <inheritdoc/>
    protected override void Write(RowBatch batch, StringArena arena)
    {
        foreach (var cell in value.Evaluate(batch))
        {
            Append(cell, arena);
            arena.EndCell();
        }
    }
}

/// <summary>An integer out of text, or else a default.</summary>
/// <remarks>
/// ASCII white space around is skipped, one sign allowed; anything else, and what Int64 cannot hold, is no integer.
/// </remarks>
internal readonly struct ParseInt64(long otherwise) : IStringFunction<long>
{
    /// <inheritdoc/>
    public long Apply(ReadOnlySpan<byte> value)
    {
        var text = value.Trim(" \t\n\v\f\r"u8);
        return Utf8Parser.TryParse(text, out long number, out var consumed) && consumed == text.Length
            ? number
            : otherwise;
    }
}

/// <summary>Integers out of text, with a default per row.</summary>
internal sealed class ParseInt64Expression(StringExpression text, FixedExpression<long> otherwise)
    : FixedExpression<long>(DataType.Int64, text, otherwise)
{
    /// <inheritdoc/>
    public override void EvaluateInto(RowBatch batch, Span<long> destination)
    {
        var cells = text.Evaluate(batch);
        var defaults = otherwise.Evaluate(batch);
        for (var i = 0; i < batch.Rows; i++)
        {
            destination[i] = new ParseInt64(defaults[i]).Apply(cells.GetUtf8(i));
        }
    }
}

/// <summary>Doubles with a number of decimals, ties to the even digit, as printf("%.*f") does.</summary>
internal sealed class DecimalsExpression(
    FixedExpression<double> value, FixedExpression<long> decimals, ExecutionOptions options)
    : StringResultExpression(options, value, decimals)
{
    private const int DefaultDecimals = 6; // when the number of decimals is negative
    private const int MaxBinaryDecimals = 1074; // no double has more
    private const int MaxLength = 2 + 309 + MaxBinaryDecimals; // sign, point, digits of both sides

    /// <inheritdoc/>
    protected override void Write(RowBatch batch, StringArena arena)
    {
        var cells = value.Evaluate(batch);
        var counts = decimals.Evaluate(batch);
        for (var i = 0; i < cells.Length; i++)
        {
            Append(cells[i], counts[i] < 0 ? DefaultDecimals : counts[i], arena);
            arena.EndCell();
        }
    }

    private static void Append(double number, long decimals, StringArena arena)
    {
        if (!double.IsFinite(number))
        {
            arena.Append(double.IsNaN(number) ? "nan"u8 : number > 0 ? "inf"u8 : "-inf"u8);
            return;
        }

        Span<byte> text = stackalloc byte[MaxLength];
        var digits = (int)Math.Min(decimals, MaxBinaryDecimals);
        var length = Format(number, digits, text);
        if (IsTie(number, digits))
        {
            length = ToEven(number, digits, text, length);
        }

        arena.Append(text[..length]);
        arena.Reserve((int)Math.Min(decimals - digits, int.MaxValue)).Fill((byte)'0');
    }

    private static int Format(double number, int digits, Span<byte> text)
    {
        Span<char> format = ['F', '\0', '\0', '\0', '\0'];
        digits.TryFormat(format[1..], out var length, default, CultureInfo.InvariantCulture);
        number.TryFormat(text, out var written, format[..(1 + length)], CultureInfo.InvariantCulture);
        return written;
    }

    // Halfway between two texts: exactly one binary digit more than decimals, and that is a 1.
    private static bool IsTie(double number, int digits) =>
        Math.IEEERemainder(Math.ScaleB(number, digits + 1), 2) is 1 or -1;

    // Formatting rounds ties away from zero; one digit more shows the digit that decides, and is exact.
    private static int ToEven(double number, int digits, Span<byte> text, int length)
    {
        Span<byte> exact = stackalloc byte[MaxLength + 1];
        var exactLength = Format(number, digits + 1, exact);
        var kept = exactLength - (digits == 0 ? 2 : 1); // without the last digit, and the point before it
        if ((exact[kept - 1] & 1) != 0)
        {
            return length;
        }

        exact[..kept].CopyTo(text);
        return kept;
    }
}
