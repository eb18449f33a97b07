using System.Collections.Immutable;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Diagnostics;
using PixieOrleans.Pxl.Syntax;

namespace PixieOrleans.Pxl.Binding;

/// <summary>Functions that a request names: text arguments in, DataFrames as output tables out.</summary>
internal sealed partial class Evaluator
{
    private static readonly SourceSpan Nowhere = new(1, 1);

    /// <summary>Runs a function of the script that was run before.</summary>
    public void RunRequested(RequestedFunction request)
    {
        if (request.Function.Length == 0)
        {
            throw Fail(Nowhere, "Must specify func_name for each FuncToExecute.");
        }

        var value = _scope.Find(request.Function) ?? throw new CompileException(
            DiagnosticCodes.RequestedFunction,
            Nowhere,
            $"Function to execute, '{request.Function}', not found.",
            Suggestion.For(request.Function, _scope.Names()));
        if (value is not UserFunctionValue function)
        {
            throw Fail(Nowhere, $"'{request.Function}' is a '{value.TypeName}' not a function.");
        }

        var span = function.Module is null ? function.Syntax.Span : Nowhere;
        var arguments = ImmutableArray.CreateBuilder<Argument>();
        foreach (var argument in request.Arguments)
        {
            arguments.Add(new Argument(argument.Name, Read(function, argument), span));
        }

        AddOutputs(request, CallUser(function, arguments.ToImmutable(), span), span);
    }

    private PxlValue Read(UserFunctionValue function, RequestedArgument argument)
    {
        var parameter = function.Parameters.FirstOrDefault(candidate => candidate.Name == argument.Name);
        if (parameter is null)
        {
            return NoneValue.Instance; // the call tells that there is no such argument
        }

        var name = function.Syntax.Name;
        return parameter.Annotation switch
        {
            null => throw Fail(
                parameter.Span, $"Arg type annotation required. Function: '{name}', arg: '{argument.Name}'"),
            TypeValue type => new FormulaValue(
                ArgumentTexts.Read(type, argument.Value, parameter.Span)
                ?? throw Fail(
                    parameter.Span,
                    $"Failed to parse arg with value '{argument.Value}' as {ArgumentTexts.NameOf(type.DataType)}.")),
            _ => ReadExpression(argument, parameter),
        };
    }

    private PxlValue ReadExpression(RequestedArgument argument, UserParameter parameter)
    {
        var diagnostics = new DiagnosticBag(1);
        var expression = Parser.ParseSingleExpression(argument.Value, _session.Limits, diagnostics)
            ?? throw Fail(
                parameter.Span,
                $"Failed to parse arg '{argument.Name}': {diagnostics.ToImmutable()[0].Message}");
        return Evaluate(expression);
    }

    private void AddOutputs(RequestedFunction request, PxlValue result, SourceSpan span)
    {
        var items = result switch
        {
            DataFrameValue => ImmutableArray.Create(result),
            ListValue list => list.Items,
            TupleValue tuple => tuple.Items,
            _ => throw Fail(
                span,
                $"Function '{request.Function}' returns '{result.TypeName}'. " +
                "It must return a dataframe or a list of them."),
        };
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i] is not DataFrameValue frame)
            {
                throw Fail(
                    span,
                    $"Function '{request.Function}' returns '{items[i].TypeName}' at index {i}. " +
                    "All returned objects must be dataframes.");
            }

            var name = result is DataFrameValue ? request.OutputPrefix : $"{request.OutputPrefix}[{i}]";
            _session.Graph.AddOutput(span, name, frame.Output(span));
        }
    }

    private static CompileException Fail(SourceSpan span, string message) =>
        new(DiagnosticCodes.RequestedFunction, span, message);
}
