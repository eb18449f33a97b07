using System.Collections.Immutable;
using PixieOrleans.Pxl.Binding.DataFrames;
using PixieOrleans.Pxl.Binding.Modules;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Diagnostics;
using PixieOrleans.Pxl.Syntax;

namespace PixieOrleans.Pxl.Binding;

/// <summary>Runs a script: statements in order, functions when they are called. The first error ends it.</summary>
internal sealed partial class Evaluator
{
    private readonly Session _session;
    private readonly Scope _globals = Globals.Create();
    private readonly Dictionary<string, PxlValue> _modules = new(StringComparer.Ordinal);
    private string? _module; // whose code runs, when it is not the script's
    private Scope _scope;
    private int _callDepth;
    private int _depth;

    public Evaluator(Session session)
    {
        _session = session;
        session.Invoke = (function, arguments, span) => Call(function, arguments, span, "");
        _scope = new Scope(_globals);
    }

    /// <summary>Runs the statements of a script; its names stay bound for <see cref="RunRequested"/>.</summary>
    public void Run(ModuleSyntax module)
    {
        var statements = BindDocString(module.Statements);
        foreach (var statement in statements)
        {
            if (statement is ReturnSyntax)
            {
                throw Refused(statement.Span, "SyntaxError: 'return' outside function");
            }

            Execute(statement);
        }
    }

    /// <summary>Takes a leading text as __doc__ of the current scope.</summary>
    private ImmutableArray<StatementSyntax> BindDocString(ImmutableArray<StatementSyntax> statements)
    {
        if (statements is [ExpressionStatementSyntax { Value: LiteralSyntax { Value: string } text }, ..])
        {
            _scope.Bind("__doc__", Evaluate(text));
            return statements[1..];
        }

        return statements;
    }

    /// <summary>Runs one statement; the value of a return, else null.</summary>
    private PxlValue? Execute(StatementSyntax statement)
    {
        _session.Step(statement.Span);
        switch (statement)
        {
            case ExpressionStatementSyntax { Value: LiteralSyntax { Value: string } }:
                throw Refused(statement.Span, "Doc strings are only allowed at the start of a module or a function.");
            case ExpressionStatementSyntax expression:
                Evaluate(expression.Value);
                return null;
            case AssignSyntax assign:
                Assign(assign);
                return null;
            case FunctionSyntax function:
                Define(function);
                return null;
            case ReturnSyntax returned:
                return returned.Value is null ? NoneValue.Instance : Evaluate(returned.Value);
            case ImportSyntax import:
                _scope.Bind(import.Alias, Import(import.Module, import.Span));
                return null;
            case FromImportSyntax import:
                ImportNames(import);
                return null;
            case OtherStatementSyntax other:
                throw Refused(other.Span, $"Can't parse expression of type {other.TypeName}");
            default:
                throw new NotSupportedException($"No evaluation of {statement.GetType().Name}.");
        }
    }

    private void Assign(AssignSyntax assign)
    {
        if (assign.Targets.Length != 1)
        {
            throw Refused(assign.Span, "Assignment takes a single target.");
        }

        switch (assign.Targets[0])
        {
            case NameSyntax { Name: "True" or "False" or "None" } constant:
                throw Refused(constant.Span, $"Cannot assign to '{constant.Name}'.");
            case NameSyntax name:
                _scope.Bind(name.Name, Evaluate(assign.Value));
                break;
            case AttributeSyntax { Target: NameSyntax name } attribute:
                AssignAttribute(name, attribute, assign);
                break;
            case SubscriptSyntax { Target: NameSyntax name } subscript:
                AssignSubscript(name, subscript, assign);
                break;
            default:
                throw Refused(assign.Targets[0].Span, "Can only assign to a name, a column of a name or an attribute.");
        }
    }

    private void AssignAttribute(NameSyntax name, AttributeSyntax attribute, AssignSyntax assign)
    {
        switch (Lookup(name))
        {
            case DataFrameValue frame:
                if (FrameMembers.Find(frame, attribute.Name) is { } member)
                {
                    throw new CompileException(
                        DiagnosticCodes.Value,
                        attribute.Span,
                        $"Expected 'Column' in arg 'assignment target', got '{member.TypeName}'",
                        $"df['{attribute.Name}'] names the column");
                }

                AssignColumn(name, frame, attribute.Name, attribute.Span, assign);
                break;
            case ModuleValue module:
                module.Attributes[attribute.Name] = Evaluate(assign.Value);
                break;
            case var value:
                throw new CompileException(
                    DiagnosticCodes.Value,
                    attribute.Span,
                    $"Can't assign to attribute '{attribute.Name}' of a '{value.TypeName}'.");
        }
    }

    private void AssignSubscript(NameSyntax name, SubscriptSyntax subscript, AssignSyntax assign)
    {
        if (Lookup(name) is not DataFrameValue frame)
        {
            throw NotSubscriptable(subscript.Span, Lookup(name));
        }

        var column = Names.TextOf(Evaluate(subscript.Index)) ?? throw new CompileException(
            DiagnosticCodes.Value, subscript.Span, "The column to assign must be named by a text.");
        AssignColumn(name, frame, column, subscript.Span, assign);
    }

    private void AssignColumn(
        NameSyntax name, DataFrameValue frame, string column, SourceSpan span, AssignSyntax assign)
    {
        var value = EvaluateFor(name.Name, assign.Value);
        if (value is not FormulaValue formula)
        {
            throw new CompileException(
                DiagnosticCodes.Value,
                assign.Value.Span,
                $"Expected 'Column' in arg 'assignment value', got '{value.TypeName}'");
        }

        _scope.Bind(name.Name, Frames.Assign(_session, frame, column, formula.Formula, span));
    }

    private static CompileException Refused(SourceSpan span, string message) =>
        new(DiagnosticCodes.Refused, span, message);
}
