using System.Collections.Immutable;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding;

/// <summary>A value given to a call, by name when Name is not null.</summary>
internal readonly record struct Argument(string? Name, PxlValue Value, SourceSpan Span);

/// <summary>Values in the order of the parameters (null: not given), and keywords that are no parameters.</summary>
internal sealed record BoundArguments(Argument?[] Values, ImmutableArray<Argument> Keywords);

/// <summary>Matches arguments with parameters.</summary>
internal static class ArgumentBinder
{
    /// <summary>Binds the arguments of a call or tells what is wrong with them.</summary>
    /// <param name="function">Name for messages.</param>
    /// <param name="span">The call.</param>
    /// <param name="names">Parameters.</param>
    /// <param name="isOptional">Which parameters may be left out.</param>
    /// <param name="arguments">Arguments, positional ones first.</param>
    /// <param name="takesKeywords">Whether keywords of any name are taken.</param>
    public static BoundArguments Bind(
        string function,
        SourceSpan span,
        ImmutableArray<string> names,
        Func<int, bool> isOptional,
        ImmutableArray<Argument> arguments,
        bool takesKeywords)
    {
        var values = new Argument?[names.Length];
        var keywords = ImmutableArray.CreateBuilder<Argument>();
        CheckPositional(function, span, names.Length, arguments.Count(argument => argument.Name is null));
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            var index = argument.Name is null ? i : names.IndexOf(argument.Name);
            if (index >= 0)
            {
                values[index] = values[index] is null
                    ? argument
                    : throw Fail(span, $"{function}() got multiple values for argument '{argument.Name}'");
            }
            else if (takesKeywords)
            {
                AddKeyword(function, keywords, argument);
            }
            else
            {
                throw new CompileException(
                    DiagnosticCodes.Argument,
                    span,
                    $"{function}() got an unexpected keyword argument '{argument.Name}'",
                    Suggestion.For(argument.Name!, names));
            }
        }

        CheckMissing(function, span, names, isOptional, values);
        return new BoundArguments(values, keywords.ToImmutable());
    }

    private static void CheckPositional(string function, SourceSpan span, int parameters, int given)
    {
        if (given > parameters)
        {
            throw Fail(span, $"{function}() takes {parameters} arguments but {given} were given.");
        }
    }

    private static void AddKeyword(string function, ImmutableArray<Argument>.Builder keywords, Argument argument)
    {
        if (keywords.Any(keyword => keyword.Name == argument.Name))
        {
            throw Fail(argument.Span, $"{function}() got multiple values for argument '{argument.Name}'");
        }

        keywords.Add(argument);
    }

    private static void CheckMissing(
        string function, SourceSpan span, ImmutableArray<string> names, Func<int, bool> isOptional, Argument?[] values)
    {
        var missing = new List<string>();
        for (var i = 0; i < names.Length; i++)
        {
            if (values[i] is null && !isOptional(i))
            {
                missing.Add($"'{names[i]}'");
            }
        }

        if (missing.Count > 0)
        {
            var list = string.Join(',', missing);
            throw Fail(span, $"{function}() missing {missing.Count} required positional arguments {list}");
        }
    }

    private static CompileException Fail(SourceSpan span, string message) =>
        new(DiagnosticCodes.Argument, span, message);
}
