using System.Collections.Immutable;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec;

/// <summary>Computes the rows of table functions; one for the merge part, one for every node.</summary>
public interface ITableFunctionSource
{
    /// <summary>The rows of one call, in batches of any length, made as they are asked for.</summary>
    /// <param name="function">Name of the function, as in the table function catalog.</param>
    /// <param name="arguments">All arguments, in the order of the catalog; defaults are filled in.</param>
    /// <returns>Batches with exactly the columns of the catalog, in its order.</returns>
    /// <exception cref="InvalidPlanException">The function cannot be computed here; thrown by the call itself, so
    /// that it is known before any row is asked for.</exception>
    IEnumerable<RowBatch> Read(string function, ImmutableArray<ConstantExpression> arguments);
}

/// <summary>Computes no table function.</summary>
public sealed class NoTableFunctions : ITableFunctionSource
{
    /// <summary>The only one there need be.</summary>
    public static NoTableFunctions Instance { get; } = new();

    /// <inheritdoc/>
    public IEnumerable<RowBatch> Read(string function, ImmutableArray<ConstantExpression> arguments) =>
        throw new InvalidPlanException($"The table function {function} cannot be computed here.");
}
