using System.Collections.Immutable;
using PixieOrleans.Model;

namespace PixieOrleans.Plans.Functions;

/// <summary>Where a table function's rows come from.</summary>
public enum TableFunctionSite
{
    /// <summary>From the silo that merges the answer, once.</summary>
    Merger,

    /// <summary>From every node that is asked.</summary>
    EveryNode,
}

/// <summary>An argument of a table function; always a constant.</summary>
/// <param name="Name">Name in a call.</param>
/// <param name="Type">Its type.</param>
/// <param name="Default">Text of its default as in <c>ConstantExpression</c>, or null when it has to be given.</param>
public sealed record TableFunctionArgument(string Name, DataType Type, string? Default);

/// <summary>A function that yields rows.</summary>
/// <param name="Name">Name in scripts (as px.Name).</param>
/// <param name="Arguments">Its arguments, in order.</param>
/// <param name="Columns">Columns of its rows.</param>
/// <param name="Site">Where its rows come from.</param>
/// <param name="Summary">One line for people.</param>
public sealed record TableFunctionSignature(
    string Name,
    ImmutableArray<TableFunctionArgument> Arguments,
    ImmutableArray<ColumnSchema> Columns,
    TableFunctionSite Site,
    string Summary);
