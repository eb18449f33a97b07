using System.Collections.Immutable;
using PixieOrleans.Model;

namespace PixieOrleans.Grains.Interfaces;

/// <summary>Wire form of <see cref="ColumnSchema"/>, whose project knows no Orleans.</summary>
[GenerateSerializer, Alias("pxo.ColumnSchema")]
public struct ColumnSchemaSurrogate
{
    /// <summary>Name.</summary>
    [Id(0)]
    public string Name;

    /// <summary>Number of the DataType.</summary>
    [Id(1)]
    public int Type;

    /// <summary>Number of the SemanticType.</summary>
    [Id(2)]
    public int Semantic;

    /// <summary>Number of the PatternType.</summary>
    [Id(3)]
    public int Pattern;

    /// <summary>Sentence for people.</summary>
    [Id(4)]
    public string Description;
}

/// <summary>Wire form of <see cref="TableSchema"/>.</summary>
[GenerateSerializer, Alias("pxo.TableSchema")]
public struct TableSchemaSurrogate
{
    /// <summary>Name.</summary>
    [Id(0)]
    public string Name;

    /// <summary>Sentence for people.</summary>
    [Id(1)]
    public string Description;

    /// <summary>Columns in order.</summary>
    [Id(2)]
    public ImmutableArray<ColumnSchema> Columns;
}

[RegisterConverter]
internal sealed class ColumnSchemaConverter : IConverter<ColumnSchema, ColumnSchemaSurrogate>
{
    public ColumnSchema ConvertFromSurrogate(in ColumnSchemaSurrogate surrogate) => new(
        surrogate.Name,
        (DataType)surrogate.Type,
        (SemanticType)surrogate.Semantic,
        (PatternType)surrogate.Pattern,
        surrogate.Description);

    public ColumnSchemaSurrogate ConvertToSurrogate(in ColumnSchema value) => new()
    {
        Name = value.Name,
        Type = (int)value.Type,
        Semantic = (int)value.Semantic,
        Pattern = (int)value.Pattern,
        Description = value.Description,
    };
}

[RegisterConverter]
internal sealed class TableSchemaConverter : IConverter<TableSchema, TableSchemaSurrogate>
{
    public TableSchema ConvertFromSurrogate(in TableSchemaSurrogate surrogate) =>
        new(surrogate.Name, surrogate.Description, surrogate.Columns);

    public TableSchemaSurrogate ConvertToSurrogate(in TableSchema value) => new()
    {
        Name = value.Name,
        Description = value.Description,
        Columns = value.Columns,
    };
}
