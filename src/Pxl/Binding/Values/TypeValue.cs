using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.Values;

/// <summary>A type: annotates a parameter, and called it gives its argument another meaning.</summary>
internal sealed class TypeValue(string name, DataType dataType, SemanticType semantic) : PxlValue
{
    /// <summary>Types that are global names.</summary>
    public static readonly ImmutableArray<TypeValue> Globals =
    [
        new("str", DataType.String, SemanticType.None),
        new("int", DataType.Int64, SemanticType.None),
        new("float", DataType.Float64, SemanticType.None),
        new("bool", DataType.Boolean, SemanticType.None),
    ];

    /// <summary>Types of the px module.</summary>
    public static readonly ImmutableArray<TypeValue> OfPx =
    [
        new("Time", DataType.Time64Ns, SemanticType.TimeNs),
        new("Container", DataType.String, SemanticType.ContainerName),
        new("Namespace", DataType.String, SemanticType.NamespaceName),
        new("Node", DataType.String, SemanticType.NodeName),
        new("Pod", DataType.String, SemanticType.PodName),
        new("Service", DataType.String, SemanticType.ServiceName),
        new("Bytes", DataType.Int64, SemanticType.Bytes),
        new("DurationNanos", DataType.Int64, SemanticType.DurationNs),
        new("UPID", DataType.UInt128, SemanticType.Upid),
        new("Percent", DataType.Float64, SemanticType.Percent),
    ];

    /// <summary>px.Time.</summary>
    public static TypeValue Time => OfPx[0];

    public string Name { get; } = name;

    public DataType DataType { get; } = dataType;

    public SemanticType Semantic { get; } = semantic;

    public override string TypeName => "type";

    /// <summary>Name of a data type in messages about arguments.</summary>
    public static string ShortName(DataType type) => type switch
    {
        DataType.Boolean => "Bool",
        DataType.Int64 => "Int",
        DataType.Float64 => "Float",
        DataType.String => "String",
        DataType.Time64Ns => "Time",
        DataType.UInt128 => "UInt128",
        _ => "Unknown",
    };

    /// <summary>The expression with this type's meaning; its data type must already be the same.</summary>
    public Expression Apply(Expression expression, SourceSpan span) => expression.Type == DataType
        ? expression with { Semantic = Semantic }
        : throw new CompileException(
            DiagnosticCodes.Type,
            span,
            $"Cannot cast from '{TypeNames.Of(expression.Type)}' to '{TypeNames.Of(DataType)}'. " +
            "Only semantic type casts are allowed.");
}

/// <summary>The type of lists, for annotations.</summary>
internal sealed class ListTypeValue : PxlValue
{
    public static readonly ListTypeValue Instance = new();

    private ListTypeValue()
    {
    }

    public override string TypeName => "type";
}
