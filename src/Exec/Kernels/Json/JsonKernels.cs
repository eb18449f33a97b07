using System.Collections.Immutable;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Kernels.Json;

/// <summary>pluck, pluck_int64, pluck_float64, pluck_array and _script_reference.</summary>
internal static class JsonKernels
{
    private const int MaxScriptArguments = 8;

    /// <summary>Adds the family.</summary>
    public static void Register(KernelTable table)
    {
        table.Add("pluck", "SS:S", call => StringPairTransformExpression<Pluck>.Create(
            (StringExpression)call.Arguments[0], (StringExpression)call.Arguments[1], call.Options));
        table.Add("pluck_int64", "SS:I", call => StringPairExpression<long, PluckInt64>.Create(
            (StringExpression)call.Arguments[0], (StringExpression)call.Arguments[1], DataType.Int64));
        table.Add("pluck_float64", "SS:F", call => StringPairExpression<double, PluckFloat64>.Create(
            (StringExpression)call.Arguments[0], (StringExpression)call.Arguments[1], DataType.Float64));
        table.Add("pluck_array", "SI:S", call => CreatePluckItem(
            (StringExpression)call.Arguments[0], (FixedExpression<long>)call.Arguments[1], call.Options));
        for (var count = 0; count <= MaxScriptArguments; count++)
        {
            table.Add("_script_reference", $"SS{new string('S', 2 * count)}:S", call =>
                new ScriptReferenceExpression(
                    [.. call.Arguments.Select(argument => (StringExpression)argument)], call.Options));
        }
    }

    private static StringExpression CreatePluckItem(
        StringExpression json, FixedExpression<long> index, ExecutionOptions options) => index.IsConstant
            ? new StringTransformExpression<PluckItem>(json, new PluckItem(index.ConstantValue), options)
            : new PluckItemExpression(json, index, options);
}

/// <summary>Member of the object on the left that the right names.</summary>
internal readonly struct Pluck : IStringPairTransform
{
    /// <inheritdoc/>
    public static void Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, StringArena result)
    {
        if (JsonLookup.TryGetMember(left, right, out var value))
        {
            JsonValue.Append(value, result);
        }
    }
}

/// <summary>Integer member of the object on the left that the right names.</summary>
internal readonly struct PluckInt64 : IStringPairFunction<long>
{
    /// <inheritdoc/>
    public static long Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        JsonLookup.TryGetMember(left, right, out var value) ? JsonValue.ToInt64(value) : 0;
}

/// <summary>Real member of the object on the left that the right names.</summary>
internal readonly struct PluckFloat64 : IStringPairFunction<double>
{
    /// <inheritdoc/>
    public static double Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        JsonLookup.TryGetMember(left, right, out var value) ? JsonValue.ToFloat64(value) : 0;
}

/// <summary>Item of an array, at one position for all rows.</summary>
internal readonly struct PluckItem(long index) : IStringTransform
{
    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<byte> value, StringArena result)
    {
        if (JsonLookup.TryGetItem(value, index, out var item))
        {
            JsonValue.Append(item, result);
        }
    }
}

/// <summary>Items of arrays, at a position per row.</summary>
internal sealed class PluckItemExpression(
    StringExpression json, FixedExpression<long> index, ExecutionOptions options)
    : StringResultExpression(options, json, index)
{
    /// <inheritdoc/>
    protected override void Write(RowBatch batch, StringArena arena)
    {
        var cells = json.Evaluate(batch);
        var positions = index.Evaluate(batch);
        for (var row = 0; row < batch.Rows; row++)
        {
            new PluckItem(positions[row]).Apply(cells.GetUtf8(row), arena);
            arena.EndCell();
        }
    }
}

/// <summary>A link to a script as a JSON object: label, script, and args by name.</summary>
/// <param name="parts">Label, script, then name and value of every argument.</param>
/// <param name="options">Bounds.</param>
internal sealed class ScriptReferenceExpression(ImmutableArray<StringExpression> parts, ExecutionOptions options)
    : StringResultExpression(options, [.. parts])
{
    /// <inheritdoc/>
    protected override void Write(RowBatch batch, StringArena arena)
    {
        var cells = parts.Select(part => part.Evaluate(batch)).ToArray();
        for (var row = 0; row < batch.Rows; row++)
        {
            arena.Append("{\"label\":"u8);
            JsonText.AppendString(cells[0].GetUtf8(row), arena);
            arena.Append(",\"script\":"u8);
            JsonText.AppendString(cells[1].GetUtf8(row), arena);
            arena.Append(",\"args\":{"u8);
            for (var i = 2; i < cells.Length; i += 2)
            {
                arena.Append(i == 2 ? ""u8 : ","u8);
                JsonText.AppendString(cells[i].GetUtf8(row), arena);
                arena.Append((byte)':');
                JsonText.AppendString(cells[i + 1].GetUtf8(row), arena);
            }

            arena.Append("}}"u8);
            arena.EndCell();
        }
    }
}
