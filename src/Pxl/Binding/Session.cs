using System.Collections.Immutable;
using PixieOrleans.Plans.Tracing;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Compilation;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding;

/// <summary>What the parts of one evaluation share: the request, the growing graph and the limits.</summary>
internal sealed class Session(CompileRequest request)
{
    private int _steps;
    private long _textChars;

    public CompileRequest Request { get; } = request;

    public CompileLimits Limits => Request.Limits;

    /// <summary>Operations on DataFrames so far.</summary>
    public OperationGraph Graph { get; } = new(request.Limits);

    /// <summary>Changes of the cluster that the script asks for, in order.</summary>
    public List<Mutation> Mutations { get; } = [];

    /// <summary>Rows that the script sends elsewhere, in order.</summary>
    public List<PendingExport> Exports { get; } = [];

    /// <summary>Pictures, by the function that returns the rows.</summary>
    public Dictionary<string, string> VegaSpecs { get; } = new(StringComparer.Ordinal);

    /// <summary>Calls a value that is a function.</summary>
    public Func<PxlValue, ImmutableArray<Argument>, SourceSpan, PxlValue> Invoke { get; set; } =
        (_, _, _) => throw new InvalidOperationException("The session has no evaluator.");

    /// <summary>Adds a change, of which there is one per tracepoint.</summary>
    public void AddMutation(Mutation mutation, SourceSpan span)
    {
        if (mutation is UpsertTracepoint upsert
            && Mutations.OfType<UpsertTracepoint>().Any(other => other.Name == upsert.Name))
        {
            throw new CompileException(
                DiagnosticCodes.Argument, span, $"The tracepoint '{upsert.Name}' is defined twice.");
        }

        if (Mutations.Count >= Limits.Mutations)
        {
            throw Exceeded(span, $"The script asks for more than {Limits.Mutations} changes.");
        }

        Mutations.Add(mutation);
    }

    /// <summary>Counts a step of evaluation.</summary>
    public void Step(SourceSpan span)
    {
        if (++_steps > Limits.Steps)
        {
            throw Exceeded(span, $"The script takes more than {Limits.Steps} steps to evaluate.");
        }
    }

    /// <summary>Counts the characters of a text that was put together or goes along with the plan.</summary>
    public void CountText(SourceSpan span, int chars)
    {
        _textChars += chars;
        if (_textChars > Limits.TextChars)
        {
            throw Exceeded(
                span, $"The script puts together or hands on texts of more than {Limits.TextChars} characters.");
        }
    }

    /// <summary>A call of a catalog function, unless it makes the expression too large.</summary>
    public CallFormula Call(SourceSpan span, string function, ImmutableArray<Formula> arguments)
    {
        var call = CallFormula.Create(span, function, arguments);
        Check(call);
        return call;
    }

    /// <summary>Checks an expression against the limits on its size.</summary>
    public void Check(Formula formula)
    {
        if (formula.Size > Limits.ExpressionNodes || formula.Depth > Limits.ExpressionDepth)
        {
            throw Exceeded(
                formula.Span,
                $"The expression has more than {Limits.ExpressionNodes} parts or {Limits.ExpressionDepth} levels.");
        }
    }

    public static CompileException Exceeded(SourceSpan span, string message) =>
        new(DiagnosticCodes.Limit, span, message);
}
