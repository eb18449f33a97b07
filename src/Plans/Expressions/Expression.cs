using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PixieOrleans.Model;

namespace PixieOrleans.Plans.Expressions;

/// <summary>A typed expression over the columns of a plan node's input.</summary>
/// <param name="Type">Data type of the value.</param>
/// <param name="Semantic">Meaning of the value.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ColumnExpression), "column")]
[JsonDerivedType(typeof(ConstantExpression), "constant")]
[JsonDerivedType(typeof(CallExpression), "call")]
public abstract record Expression(DataType Type, SemanticType Semantic);

/// <summary>A column of the input, by name; names are unique within a node's columns.</summary>
public sealed record ColumnExpression(string Name, DataType Type, SemanticType Semantic)
    : Expression(Type, Semantic);

/// <summary>A constant.</summary>
/// <param name="Text">Invariant text of the value: "true"/"false", decimal integer (Int64, Time64Ns, UInt128),
/// round-trip double ("R"), or the string itself.</param>
/// <param name="Type">Data type of the value.</param>
/// <param name="Semantic">Meaning of the value.</param>
public sealed record ConstantExpression(string Text, DataType Type, SemanticType Semantic)
    : Expression(Type, Semantic);

/// <summary>A call of a scalar function; the overload is chosen by the exact types of the arguments.</summary>
public sealed record CallExpression(
    string Function, ImmutableArray<Expression> Arguments, DataType Type, SemanticType Semantic)
    : Expression(Type, Semantic);
