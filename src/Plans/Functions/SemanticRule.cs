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

/// <summary>Arguments share one of the allowed meanings: so has the result.</summary>
/// <param name="Allowed">Meanings that are handed on; empty means every one.</param>
/// <param name="Arguments">Positions of the arguments that have to share it; empty means all.</param>
public sealed record InheritRule(ImmutableArray<SemanticType> Allowed, ImmutableArray<int> Arguments) : SemanticRule
{
    /// <inheritdoc/>
    public override SemanticType? Match(ReadOnlySpan<SemanticType> arguments, out int wildcards)
    {
        wildcards = 0;
        SemanticType? shared = null;
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!Arguments.IsEmpty && !Arguments.Contains(i))
            {
                continue;
            }

            if (shared is { } known && known != arguments[i])
            {
                return null;
            }

            shared = arguments[i];
        }

        return shared is { } found && (Allowed.IsEmpty || Allowed.Contains(found)) ? found : null;
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

/// <summary>A fixed result for any arguments.</summary>
public sealed record AlwaysRule(SemanticType Result) : SemanticRule
{
    /// <inheritdoc/>
    public override SemanticType? Match(ReadOnlySpan<SemanticType> arguments, out int wildcards)
    {
        wildcards = arguments.Length;
        return Result;
    }
}
