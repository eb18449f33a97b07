using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Pxl.Binding;
using PixieOrleans.Pxl.Compilation.Rewriting;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Compilation;

/// <summary>Turns the operations of a script into a plan.</summary>
internal static class PlanBuilder
{
    public static Plan Build(Session session, long maxOutputRows, DiagnosticBag diagnostics)
    {
        var request = session.Request;
        var graph = Resolve(session, diagnostics);
        if (session.Graph.Outputs.Count == 0 && session.Mutations.Count == 0)
        {
            throw new CompileException(
                DiagnosticCodes.NoOutput,
                new SourceSpan(1, 1),
                "query does not output a result, please add a px.display() statement");
        }

        if (request.Rewrites)
        {
            Rewrite(graph, request.Limits);
        }

        AddLimits(graph, maxOutputRows);
        if (request.Rewrites)
        {
            LimitPushDown.Apply(graph);
        }

        var plan = graph.ToPlan();
        PlanSize.Check(plan, request.Limits.PlanChars);
        return plan;
    }

    // Pruning goes first, as a column that nothing needs would keep maps apart, and last, as merged maps need less.
    // Limits make way for filters, and once all conditions are where they can be, they are put in order.
    private static void Rewrite(PlanGraph graph, CompileLimits limits)
    {
        TrueConditions.Apply(graph);
        ColumnPruning.Apply(graph);
        LimitPushDown.Apply(graph);
        CommonCalls.Apply(graph);
        FilterPushDown.Apply(graph, limits.ExpressionDepth);
        TimeRangePushDown.Apply(graph);
        MapMerging.Apply(graph, limits.ExpressionDepth);
        ColumnPruning.Apply(graph);
        LateCalls.Apply(graph);
        MapMerging.Apply(graph, limits.ExpressionDepth);
        ConditionOrder.Apply(graph);
        ScanBounds.Apply(graph);
        ColumnPruning.Apply(graph);
    }

    private static PlanGraph Resolve(Session session, DiagnosticBag diagnostics)
    {
        var graph = new PlanGraph();
        var operations = session.Graph;
        var resolver = new Resolver(session);
        var needed = Needed(operations);
        foreach (var operation in operations.Operations)
        {
            if (!operation.Inputs.All(resolver.IsResolved))
            {
                continue; // nothing needs it, and what it lacks was reported
            }

            try
            {
                graph.Put(resolver.Resolve(operation));
            }
            catch (CompileException e)
            {
                var diagnostic = operation.Caller?.Move(e.Diagnostic) ?? e.Diagnostic;
                diagnostics.Add(needed[operation.Id]
                    ? throw new CompileException(diagnostic)
                    : diagnostic with { Severity = DiagnosticSeverity.Warning });
            }
        }

        CheckExports(session.Exports, graph);
        foreach (var output in operations.Outputs)
        {
            graph.AddResult(graph[output.Input.Id], output.Name);
        }

        return graph;
    }

    private static void CheckExports(List<PendingExport> exports, PlanGraph graph)
    {
        foreach (var export in exports)
        {
            foreach (var column in export.Columns)
            {
                column.Check(graph[export.Rows.Id].Columns);
            }
        }
    }

    private static bool[] Needed(OperationGraph operations)
    {
        var needed = new bool[operations.Operations.Count];
        var open = new Stack<Operation>(operations.Outputs.Select(output => output.Input));
        while (open.TryPop(out var operation))
        {
            if (!needed[operation.Id])
            {
                needed[operation.Id] = true;
                foreach (var input in operation.Inputs)
                {
                    open.Push(input);
                }
            }
        }

        return needed;
    }

    // A stream goes through nodes of one input only.
    private static bool IsStream(PlanGraph graph, PlanNode node)
    {
        while (node.Inputs is [var input])
        {
            node = graph[input];
        }

        return node is TableScanNode { IsStream: true };
    }

    private static void AddLimits(PlanGraph graph, long rows)
    {
        foreach (var result in graph.Ordered().OfType<ResultNode>())
        {
            var input = graph[result.Inputs[0]];
            if (IsStream(graph, input) || (input is LimitNode limit && limit.Rows <= rows))
            {
                continue;
            }

            var added = new LimitNode(graph.NewId(), [input.Id], input.Columns, rows);
            graph.Put(added);
            graph.Put(result with { Inputs = [added.Id] });
        }
    }
}
