using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using PixieOrleans.Pxl.Binding.DataFrames;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Diagnostics;
using PixieOrleans.Pxl.Syntax;

namespace PixieOrleans.Pxl.Binding;

/// <summary>Expressions.</summary>
internal sealed partial class Evaluator
{
    // While a column is assigned (df.x = ...), the only DataFrame that may have a subscript. Elsewhere, and in
    // attributes, a column is but a name, whichever DataFrame it is written with.
    private string? _frameName;

    /// <summary>Evaluates what is assigned to a column of the DataFrame of this name.</summary>
    private PxlValue EvaluateFor(string frameName, ExpressionSyntax expression)
    {
        var outer = _frameName;
        _frameName = frameName;
        try
        {
            return Evaluate(expression);
        }
        finally
        {
            _frameName = outer;
        }
    }

    private PxlValue Evaluate(ExpressionSyntax expression)
    {
        _session.Step(expression.Span);
        if (++_depth > _session.Limits.EvaluationDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Session.Exceeded(
                expression.Span, $"Evaluation nests deeper than {_session.Limits.EvaluationDepth} expressions.");
        }

        var value = EvaluateCore(expression);
        _depth--; // an error ends the evaluation, so there is nothing to restore after one
        return value;
    }

    private PxlValue EvaluateCore(ExpressionSyntax expression) => expression switch
    {
        NameSyntax name => Lookup(name),
        LiteralSyntax literal => new FormulaValue(Constants.Of(literal, _session.Limits)),
        ListSyntax list => new ListValue(EvaluateAll(list.Items)),
        TupleSyntax tuple => new TupleValue(EvaluateAll(tuple.Items)),
        DictSyntax dict => new DictValue(
            [.. dict.Items.Select(item => (Evaluate(item.Key), Evaluate(item.Value)))]),
        AttributeSyntax attribute => Attribute(Evaluate(attribute.Target), attribute),
        SubscriptSyntax subscript => Subscript(subscript),
        CallSyntax call => Call(call),
        UnarySyntax unary => Unary(unary),
        BinarySyntax binary => Operators.Apply(
            _session, binary.Span, binary.Operator, [Evaluate(binary.Left), Evaluate(binary.Right)]),
        BooleanSyntax { Operands.Length: 2 } boolean => Operators.Apply(
            _session, boolean.Span, boolean.Operator, EvaluateAll(boolean.Operands)),
        BooleanSyntax boolean => throw Refused(
            boolean.Span, $"Expected two arguments to '{boolean.Operator}'."),
        CompareSyntax { Operators: [var single] } compare => Operators.Apply(
            _session, compare.Span, single, EvaluateAll(compare.Operands)),
        CompareSyntax compare => throw Refused(
            compare.Span, $"Expected two arguments to '{compare.Operators[0]}'."),
        OtherExpressionSyntax other => throw Refused(other.Span, $"Expression node '{other.TypeName}' not defined"),
        _ => throw new NotSupportedException($"No evaluation of {expression.GetType().Name}."),
    };

    private ImmutableArray<PxlValue> EvaluateAll(ImmutableArray<ExpressionSyntax> expressions)
    {
        var values = ImmutableArray.CreateBuilder<PxlValue>(expressions.Length);
        foreach (var expression in expressions)
        {
            values.Add(Evaluate(expression));
        }

        return values.MoveToImmutable();
    }

    private PxlValue Lookup(NameSyntax name) => _scope.Find(name.Name) ?? throw new CompileException(
        DiagnosticCodes.Name,
        name.Span,
        $"name '{name.Name}' is not defined",
        Suggestion.For(name.Name, _scope.Names()));

    private static PxlValue Attribute(PxlValue target, AttributeSyntax attribute) => target switch
    {
        DataFrameValue frame => FrameMembers.Find(frame, attribute.Name)
            ?? new FormulaValue(new ColumnFormula(attribute.Span, attribute.Name)),
        ModuleValue module => ModuleAttribute(module, attribute.Name, attribute.Span),
        UserFunctionValue function when attribute.Name == "__doc__" =>
            function.Syntax.Body is [ExpressionStatementSyntax { Value: LiteralSyntax { Value: string doc } }, ..]
                ? new FormulaValue(Constants.OfText(attribute.Span, doc))
                : NoneValue.Instance,
        _ => throw new CompileException(
            DiagnosticCodes.Name,
            attribute.Span,
            $"'{target.TypeName}' object has no attribute '{attribute.Name}'",
            target is ContextValue ? $"write df.ctx['{attribute.Name}']" : null),
    };

    private PxlValue Subscript(SubscriptSyntax subscript)
    {
        RequireFrameName(subscript.Target);
        switch (Evaluate(subscript.Target))
        {
            case DataFrameValue frame:
                var index = Evaluate(subscript.Index);
                return Frames.Subscript(_session, frame, index, subscript.Span, subscript.Index.Span);
            case ContextValue:
                return ContextSubscript(subscript);
            case var target:
                throw NotSubscriptable(subscript.Span, target);
        }
    }

    private void RequireFrameName(ExpressionSyntax target)
    {
        while (target is AttributeSyntax attribute)
        {
            target = attribute.Target;
        }

        if (_frameName is not null && target is NameSyntax name && name.Name != _frameName
            && _scope.Find(name.Name) is DataFrameValue)
        {
            throw new CompileException(
                DiagnosticCodes.Value,
                name.Span,
                $"name '{name.Name}' is not available in this context",
                $"only columns of '{_frameName}' can be used here; merge brings DataFrames together");
        }
    }

    private FormulaValue ContextSubscript(SubscriptSyntax subscript)
    {
        var name = Names.TextOf(Evaluate(subscript.Index)) ?? throw new CompileException(
            DiagnosticCodes.Value, subscript.Span, "The metadata of 'ctx' must be named by a text.");
        var property = ContextProperty.Find(name) ?? throw new CompileException(
            DiagnosticCodes.Name,
            subscript.Index.Span,
            $"'{name}' unavailable metadata key.",
            Suggestion.For(name, ContextProperty.Names));
        return new FormulaValue(new ContextFormula(subscript.Span, property));
    }

    private static CompileException NotSubscriptable(SourceSpan span, PxlValue target) =>
        new(DiagnosticCodes.Value, span, $"'{target.TypeName}' object is not subscriptable");

    private PxlValue Unary(UnarySyntax unary)
    {
        var operand = Evaluate(unary.Operand);
        return unary.Operator == "+" && operand is FormulaValue
            ? operand
            : Operators.ApplyUnary(_session, unary.Span, unary.Operator, operand);
    }
}
