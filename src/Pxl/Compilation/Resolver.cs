using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Functions;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Plans.Tracing;
using PixieOrleans.Pxl.Binding;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Compilation;

/// <summary>Gives operations their columns and types: one plan node per operation, with the same id.</summary>
internal sealed class Resolver
{
    private readonly CompileLimits _limits;
    private readonly Dictionary<string, TableSchema> _tables = new(StringComparer.Ordinal);
    private readonly PlanNode?[] _nodes;
    private readonly ImmutableArray<UpsertTracepoint> _tracepoints;

    public Resolver(Session session)
    {
        _limits = session.Limits;
        _nodes = new PlanNode?[session.Graph.Operations.Count];
        _tracepoints = [.. session.Mutations.OfType<UpsertTracepoint>()];
        foreach (var schema in session.Request.Schemas)
        {
            _tables[schema.Name] = schema;
        }
    }

    /// <summary>The node of an operation whose inputs were resolved before.</summary>
    public PlanNode Resolve(Operation operation)
    {
        PlanNode node = operation switch
        {
            ScanOperation scan => Scan(scan),
            TableFunctionOperation function => Rows(function),
            AssignOperation assign => Assign(assign, NodeOf(assign.Input)),
            KeepOperation keep => Keep(keep, NodeOf(keep.Input)),
            DropOperation drop => Drop(drop, NodeOf(drop.Input)),
            FilterOperation filter => Filter(filter, NodeOf(filter.Input)),
            HeadOperation head => Head(head, NodeOf(head.Input)),
            AggregateOperation aggregate => Aggregate(aggregate, NodeOf(aggregate.Input)),
            MergeOperation merge => MergeResolver.Merge(
                merge, NodeOf(merge.Left), NodeOf(merge.Right), _limits.NameChars),
            AppendOperation append => MergeResolver.Append(append, [.. append.Inputs.Select(NodeOf)]),
            _ => throw new NotSupportedException($"No plan node for {operation.GetType().Name}."),
        };
        if (node.Columns.Length > _limits.Columns)
        {
            throw new CompileException(
                DiagnosticCodes.Limit, operation.Span, $"The DataFrame has more than {_limits.Columns} columns.");
        }

        _nodes[operation.Id] = node;
        return node;
    }

    /// <summary>Whether the operation and everything that it needs could be resolved.</summary>
    public bool IsResolved(Operation operation) => _nodes[operation.Id] is not null;

    private PlanNode NodeOf(Operation operation) => _nodes[operation.Id]!;

    private static TableFunctionNode Rows(TableFunctionOperation rows) =>
        new(rows.Id, rows.Function.Columns, rows.Function.Name, rows.Arguments);

    private TableScanNode Scan(ScanOperation scan)
    {
        if (!_tables.TryGetValue(scan.Table, out var schema))
        {
            throw new CompileException(
                DiagnosticCodes.Table,
                scan.Span,
                $"Table '{scan.Table}' not found.",
                _tracepoints.FirstOrDefault(tracepoint => tracepoint.Table == scan.Table) is { } tracepoint
                    ? $"it comes with the tracepoint '{tracepoint.Name}', once that runs"
                    : Suggestion.For(scan.Table, _tables.Keys));
        }

        var columns = scan.Select.IsEmpty
            ? schema.Columns
            : [.. scan.Select.Select(name => Find(schema.Columns, name, scan.Span))];
        return new TableScanNode(scan.Id, columns, scan.Table, scan.StartNs, scan.EndNs)
        {
            IsStream = scan.IsStream,
        };
    }

    private static MapNode Assign(AssignOperation assign, PlanNode input)
    {
        var value = FormulaResolver.Resolve(assign.Value, input.Columns);
        var columns = ImmutableArray.CreateBuilder<ColumnSchema>();
        var values = ImmutableArray.CreateBuilder<Expression>();
        foreach (var column in input.Columns)
        {
            if (column.Name != assign.Column)
            {
                columns.Add(column);
                values.Add(Reference(column));
            }
        }

        columns.Add(SchemaOf(assign.Column, value, input.Columns));
        values.Add(value);
        return new MapNode(assign.Id, [input.Id], columns.ToImmutable(), values.ToImmutable());
    }

    // A renamed column keeps its description; everything computed has none.
    private static ColumnSchema SchemaOf(string name, Expression value, ImmutableArray<ColumnSchema> columns) =>
        value is ColumnExpression reference
            ? columns.First(column => column.Name == reference.Name) with { Name = name, Semantic = value.Semantic }
            : new ColumnSchema(name, value.Type, value.Semantic);

    private static MapNode Keep(KeepOperation keep, PlanNode input) =>
        Project(keep, input, [.. keep.Columns.Select(name => Find(input.Columns, name, keep.Span))]);

    private static MapNode Drop(DropOperation drop, PlanNode input)
    {
        var dropped = drop.Columns.ToHashSet(StringComparer.Ordinal); // a name may be there more than once
        foreach (var name in dropped)
        {
            Find(input.Columns, name, drop.Span);
        }

        var rest = input.Columns.RemoveAll(column => dropped.Contains(column.Name));
        return rest.IsEmpty
            ? throw new CompileException(DiagnosticCodes.Column, drop.Span, "No column is left.")
            : Project(drop, input, rest);
    }

    private static MapNode Project(Operation operation, PlanNode input, ImmutableArray<ColumnSchema> columns) =>
        new(operation.Id, [input.Id], columns, [.. columns.Select(Reference)]);

    private static FilterNode Filter(FilterOperation filter, PlanNode input)
    {
        var predicate = FormulaResolver.Resolve(filter.Predicate, input.Columns);
        return predicate.Type == DataType.Boolean
            ? new FilterNode(filter.Id, [input.Id], input.Columns, predicate)
            : throw new CompileException(
                DiagnosticCodes.Type, filter.Span, "Expected Boolean for Filter expression");
    }

    private static LimitNode Head(HeadOperation head, PlanNode input) =>
        new(head.Id, [input.Id], input.Columns, head.Rows);

    private static AggregateNode Aggregate(AggregateOperation aggregate, PlanNode input)
    {
        var columns = ImmutableArray.CreateBuilder<ColumnSchema>();
        var calls = ImmutableArray.CreateBuilder<AggregateCall>();
        foreach (var name in aggregate.GroupBy)
        {
            Add(columns, Find(input.Columns, name, aggregate.Span), aggregate.Span);
        }

        foreach (var spec in aggregate.Aggregates)
        {
            ColumnExpression[] arguments =
                [.. spec.Columns.Select(name => Reference(Find(input.Columns, name, spec.Span)))];
            var signature = SignatureOf(spec, arguments);
            SemanticType[] semantics = [.. arguments.Select(argument => argument.Semantic)];
            var column = new ColumnSchema(spec.Name, signature.Returns, signature.ResultSemantic(semantics));
            Add(columns, column, spec.Span);
            calls.Add(new AggregateCall(spec.Name, spec.Function, [.. arguments]));
        }

        return new AggregateNode(
            aggregate.Id,
            [input.Id],
            columns.ToImmutable(),
            aggregate.GroupBy,
            calls.ToImmutable(),
            AggregateMode.Complete);
    }

    private static FunctionSignature SignatureOf(AggregateSpec spec, ColumnExpression[] arguments)
    {
        DataType[] types = [.. arguments.Select(argument => argument.Type)];
        if (FunctionCatalog.Resolve(spec.Function, types) is not { Kind: FunctionKind.Aggregate } signature)
        {
            throw FormulaResolver.NoOverload(spec.Function, types, spec.Span, FormulaResolver.AggregateKind);
        }

        FormulaResolver.CheckAvailable(signature, spec.Span);
        return signature;
    }

    private static void Add(
        ImmutableArray<ColumnSchema>.Builder columns, ColumnSchema column, SourceSpan span)
    {
        if (columns.Any(existing => existing.Name == column.Name))
        {
            throw new CompileException(DiagnosticCodes.Column, span, $"Column '{column.Name}' is named twice.");
        }

        columns.Add(column);
    }

    private static ColumnExpression Reference(ColumnSchema column) => new(column.Name, column.Type, column.Semantic);

    private static ColumnSchema Find(ImmutableArray<ColumnSchema> columns, string name, SourceSpan span) =>
        FormulaResolver.Find(columns, name, span);
}
