using System.Collections.Immutable;
using PixieOrleans.Pxl.Binding.DataFrames;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Diagnostics;
using PixieOrleans.Pxl.Syntax;

namespace PixieOrleans.Pxl.Binding;

/// <summary>Definitions and calls of functions.</summary>
internal sealed partial class Evaluator
{
    private void Define(FunctionSyntax syntax)
    {
        var parameters = ImmutableArray.CreateBuilder<UserParameter>();
        foreach (var parameter in syntax.Parameters)
        {
            if (parameter.Stars.Length > 0)
            {
                throw Refused(parameter.Span, "variable arguments not supported in function definitions");
            }

            if (parameter.Default is not null)
            {
                throw Refused(parameter.Default.Span, "default values not supported in function definitions");
            }

            var annotation = parameter.Annotation is null ? null : Evaluate(parameter.Annotation);
            if (annotation is not null && !Annotations.IsType(annotation))
            {
                throw new CompileException(
                    DiagnosticCodes.Value,
                    parameter.Annotation!.Span,
                    $"The annotation of '{parameter.Name}' is a '{annotation.TypeName}', not a type.");
            }

            parameters.Add(new UserParameter(parameter.Name, annotation, parameter.Span));
        }

        PxlValue function = new UserFunctionValue(syntax, parameters.ToImmutable(), _scope, _module);
        if (syntax.Decorators.Length > 1)
        {
            throw Refused(syntax.Decorators[1].Span, "a function takes at most one decorator");
        }

        if (syntax.Decorators is [var decorator])
        {
            function = Call(Evaluate(decorator), [new Argument(null, function, syntax.Span)], decorator.Span, "");
        }

        _scope.Bind(syntax.Name, function);
    }

    private PxlValue Call(CallSyntax call)
    {
        PxlValue target;
        if (call.Target is AttributeSyntax attribute)
        {
            var owner = Evaluate(attribute.Target);
            target = Attribute(owner, attribute);
            if (owner is DataFrameValue && target is FormulaValue)
            {
                throw new CompileException(
                    DiagnosticCodes.Name,
                    attribute.Span,
                    $"dataframe has no method '{attribute.Name}'",
                    Suggestion.For(attribute.Name, FrameMembers.MethodNames));
            }
        }
        else
        {
            target = Evaluate(call.Target);
        }

        var arguments = ImmutableArray.CreateBuilder<Argument>(call.Arguments.Length);
        foreach (var argument in call.Arguments)
        {
            arguments.Add(new Argument(argument.Name, Evaluate(argument.Value), argument.Value.Span));
        }

        return Call(target, arguments.MoveToImmutable(), call.Span, (call.Target as NameSyntax)?.Name ?? "");
    }

    private PxlValue Call(PxlValue target, ImmutableArray<Argument> arguments, SourceSpan span, string name) =>
        target switch
        {
            BuiltinFunction builtin => CallBuiltin(builtin, arguments, span),
            UserFunctionValue function => CallUser(function, arguments, span),
            CatalogFunctionValue function => CallCatalog(function, arguments, span),
            TypeValue type => Operators.Cast(_session, type, arguments, span),
            _ => throw new CompileException(
                DiagnosticCodes.Value,
                span,
                name.Length > 0
                    ? $"'{name}' is a '{target.TypeName}' not a function."
                    : $"'{target.TypeName}' object is not callable"),
        };

    private PxlValue CallBuiltin(BuiltinFunction function, ImmutableArray<Argument> arguments, SourceSpan span)
    {
        var bound = ArgumentBinder.Bind(
            function.Name,
            span,
            [.. function.Parameters.Select(parameter => parameter.Name)],
            index => function.Parameters[index].Default is not null,
            arguments,
            function.TakesKeywords);
        return function.Body(new BuiltinCall(_session, span, function.Parameters, bound));
    }

    private FormulaValue CallCatalog(
        CatalogFunctionValue function, ImmutableArray<Argument> arguments, SourceSpan span)
    {
        var formulas = ImmutableArray.CreateBuilder<Formula>(arguments.Length);
        foreach (var argument in arguments)
        {
            if (argument.Name is not null)
            {
                throw new CompileException(
                    DiagnosticCodes.Argument,
                    span,
                    $"{function.Name}() got an unexpected keyword argument '{argument.Name}'");
            }

            formulas.Add(Operators.FormulaOf(argument.Value, argument.Span));
        }

        return new FormulaValue(_session.Call(span, function.Name, formulas.MoveToImmutable()));
    }

    private PxlValue CallUser(UserFunctionValue function, ImmutableArray<Argument> arguments, SourceSpan span)
    {
        var parameters = function.Parameters;
        var bound = ArgumentBinder.Bind(
            function.Syntax.Name,
            span,
            [.. parameters.Select(parameter => parameter.Name)],
            _ => false,
            arguments,
            takesKeywords: false);
        var scope = new Scope(function.Scope);
        for (var i = 0; i < parameters.Length; i++)
        {
            var argument = bound.Values[i]!.Value;
            scope.Bind(parameters[i].Name, Annotations.Check(parameters[i], argument.Value, argument.Span));
        }

        return function.Module is { } module
            ? InModule(module, span, () => RunBody(function, scope, span))
            : RunBody(function, scope, span);
    }

    private PxlValue RunBody(UserFunctionValue function, Scope scope, SourceSpan span)
    {
        var (outerScope, outerFrame) = (_scope, _frameName);
        EnterCall(span);
        (_scope, _frameName) = (scope, null);
        PxlValue? result = null;
        foreach (var statement in BindDocString(function.Syntax.Body))
        {
            result = Execute(statement);
            if (result is not null)
            {
                break;
            }
        }

        (_scope, _frameName) = (outerScope, outerFrame);
        _callDepth--;
        return result ?? NoneValue.Instance;
    }

    private void EnterCall(SourceSpan span)
    {
        if (++_callDepth > _session.Limits.CallDepth)
        {
            throw Session.Exceeded(span, $"Functions call each other deeper than {_session.Limits.CallDepth} levels.");
        }
    }
}
