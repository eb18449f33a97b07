using System.Collections.Immutable;
using PixieOrleans.Model;

namespace PixieOrleans.Plans.Functions;

/// <summary>Tells the meaning of a function's result from the meanings of its arguments.</summary>
public abstract record SemanticRule
{
    /// <summary>Meaning of the result, or null when the rule does not match.</summary>
    /// <param name="arguments">Meanings of the arguments.</param>
    /// <param name="wildcards">Arguments that matched only because the rule takes anything there.</param>
    public abstract SemanticType? Match(ReadOnlySpan<SemanticType> arguments, out int wildcards);
}

/// <summary>All arguments share one of the allowed meanings: so has the result.</summary>
/// <param name="Allowed">Meanings that are handed on; empty means every one.</param>
public sealed record InheritRule(ImmutableArray<SemanticType> Allowed) : SemanticRule
{
    /// <inheritdoc/>
    public override SemanticType? Match(ReadOnlySpan<SemanticType> arguments, out int wildcards)
    {
        wildcards = 0;
        if (arguments.IsEmpty)
        {
            return null;
        }

        foreach (var argument in arguments)
        {
            if (argument != arguments[0])
            {
                return null;
            }
        }

        return Allowed.IsEmpty || Allowed.Contains(arguments[0]) ? arguments[0] : null;
    }
}

/// <summary>A fixed result for given meanings of the arguments, of which None matches anything.</summary>
public sealed record ExplicitRule(SemanticType Result, ImmutableArray<SemanticType> Arguments) : SemanticRule
{
    /// <inheritdoc/>
    public override SemanticType? Match(ReadOnlySpan<SemanticType> arguments, out int wildcards)
    {
        wildcards = 0;
        if (arguments.Length != Arguments.Length)
        {
            return null;
        }

        for (var i = 0; i < arguments.Length; i++)
        {
            if (Arguments[i] == SemanticType.None)
            {
                wildcards++;
            }
            else if (Arguments[i] != arguments[i])
            {
                return null;
            }
        }

        return Result;
    }
}
