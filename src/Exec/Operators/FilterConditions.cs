using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Operators;

/// <summary>The conditions of a filter, in the order of the plan; later ones see only rows that passed.</summary>
internal sealed class FilterConditions : IDisposable
{
    // Copying the cells of the rows that are left pays when few are.
    private const int GatherBelow = 4;

    private readonly ImmutableArray<Condition> _conditions;
    private readonly int _inputColumns;
    private ScratchBuffer<int> _rows;
    private ScratchBuffer<int> _passed;

    private FilterConditions(ImmutableArray<Condition> conditions, int inputColumns) =>
        (_conditions, _inputColumns) = (conditions, inputColumns);

    /// <summary>Compiles the predicate of a filter.</summary>
    /// <exception cref="InvalidPlanException">It is not Boolean, or cannot be computed.</exception>
    public static FilterConditions Compile(
        FilterNode node, ImmutableArray<ColumnSchema> input, ExecutionOptions options)
    {
        var parts = new List<Expression>();
        Split(node.Predicate, parts);
        var compiled = new ExpressionCompiler(input, options).Compile([.. parts]);
        var conditions = ImmutableArray.CreateBuilder<Condition>(parts.Count);
        for (var i = 0; i < parts.Count; i++)
        {
            var columns = new SortedSet<int>();
            AddColumns(parts[i], input, columns);
            conditions.Add(new Condition(
                compiled[i] as FixedExpression<bool>
                    ?? throw new InvalidPlanException($"The condition of filter {node.Id} is not Boolean."),
                [.. columns]));
        }

        return new FilterConditions(conditions.MoveToImmutable(), input.Length);
    }

    /// <summary>The rows for which all conditions are true; borrowed until the next call.</summary>
    public ReadOnlySpan<int> Select(RowBatch batch)
    {
        var rows = _rows.Get(batch.Rows);
        var count = Select(Truths(_conditions[0], batch), rows);
        for (var i = 1; i < _conditions.Length && count > 0; i++)
        {
            count = count < batch.Rows / GatherBelow
                ? Narrow(_conditions[i], batch, rows[..count])
                : Narrow(Truths(_conditions[i], batch), rows[..count]);
        }

        return rows[..count];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var condition in _conditions)
        {
            condition.Truth.Dispose();
        }

        _rows.Release();
        _passed.Release();
    }

    private static void Split(Expression predicate, List<Expression> parts)
    {
        if (predicate is CallExpression
            {
                Function: "logicalAnd", Arguments: [{ Type: DataType.Boolean } left, { Type: DataType.Boolean } right]
            })
        {
            Split(left, parts);
            Split(right, parts);
        }
        else
        {
            parts.Add(predicate);
        }
    }

    private static void AddColumns(Expression expression, ImmutableArray<ColumnSchema> input, SortedSet<int> columns)
    {
        if (expression is ColumnExpression column)
        {
            columns.Add(ExpressionCompiler.IndexOf(input, column.Name, column.Type));
        }
        else if (expression is CallExpression call)
        {
            foreach (var argument in call.Arguments)
            {
                AddColumns(argument, input, columns);
            }
        }
    }

    private static ReadOnlySpan<byte> Truths(Condition condition, RowBatch batch) =>
        MemoryMarshal.AsBytes(condition.Truth.Evaluate(batch));

    // Without a branch: what passes is not predictable.
    private static int Select(ReadOnlySpan<byte> truths, Span<int> rows)
    {
        var count = 0;
        for (var i = 0; i < truths.Length; i++)
        {
            rows[count] = i;
            count += truths[i];
        }

        return count;
    }

    private static int Narrow(ReadOnlySpan<byte> truths, Span<int> rows)
    {
        var count = 0;
        foreach (var row in rows)
        {
            rows[count] = row;
            count += truths[row];
        }

        return count;
    }

    /// <summary>Computes a condition for some rows only.</summary>
    private int Narrow(Condition condition, RowBatch batch, Span<int> rows)
    {
        var columns = batch.Columns.ToBuilder();
        var next = 0;
        for (var i = 0; i < _inputColumns; i++)
        {
            // The cells of other columns are not looked at; any of as many do.
            var isUsed = next < condition.Columns.Length && condition.Columns[next] == i;
            next += isUsed ? 1 : 0;
            columns[i] = isUsed ? ColumnGather.Gather(columns[i], rows) : columns[i].Slice(0, rows.Length);
        }

        var passed = _passed.Get(rows.Length);
        var count = Select(Truths(condition, new RowBatch(columns.MoveToImmutable(), rows.Length)), passed);
        for (var i = 0; i < count; i++)
        {
            rows[i] = rows[passed[i]]; // passed[i] is at least i
        }

        return count;
    }

    /// <summary>One condition and the input columns it looks at.</summary>
    private sealed record Condition(FixedExpression<bool> Truth, ImmutableArray<int> Columns);
}
