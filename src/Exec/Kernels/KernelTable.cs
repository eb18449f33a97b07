using System.Collections.Immutable;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;

namespace PixieOrleans.Exec.Kernels;

/// <summary>Makes the expression of a call from its arguments, whose types have been checked.</summary>
internal delegate CompiledExpression KernelFactory(KernelCall call);

/// <summary>A call about to become an expression.</summary>
/// <param name="Result">Type of the result.</param>
/// <param name="Arguments">Compiled arguments.</param>
/// <param name="Options">Bounds.</param>
internal sealed record KernelCall(
    DataType Result, ImmutableArray<CompiledExpression> Arguments, ExecutionOptions Options);

/// <summary>One overload.</summary>
internal sealed record Kernel(DataType Result, KernelFactory Create);

/// <summary>Overloads by name and exact types of the arguments, while they are being collected.</summary>
internal sealed class KernelTable
{
    private const string Letters = "BIUFST"; // by number of the data type, from Boolean = 1

    /// <summary>The overloads, keyed by <see cref="KeyOf"/>.</summary>
    public Dictionary<string, Kernel> Kernels { get; } = new(StringComparer.Ordinal);

    /// <summary>Name and argument types as text, such as "add(TI)".</summary>
    public static string KeyOf(string function, ReadOnlySpan<DataType> arguments)
    {
        Span<char> letters = stackalloc char[arguments.Length];
        for (var i = 0; i < letters.Length; i++)
        {
            var number = (int)arguments[i] - 1;
            letters[i] = (uint)number < (uint)Letters.Length ? Letters[number] : '?';
        }

        return $"{function}({letters})";
    }

    /// <summary>The type that a letter stands for.</summary>
    public static DataType TypeOf(char letter) => (DataType)(Letters.IndexOf(letter) + 1);

    /// <summary>Adds overloads that one factory makes.</summary>
    /// <param name="function">Name of the function.</param>
    /// <param name="overloads">Such as "TI:T FF:F"; letters as in the function catalog.</param>
    /// <param name="create">The factory.</param>
    public void Add(string function, string overloads, KernelFactory create)
    {
        foreach (var overload in overloads.Split(' '))
        {
            var colon = overload.IndexOf(':', StringComparison.Ordinal);
            Kernels.Add($"{function}({overload[..colon]})", new Kernel(TypeOf(overload[colon + 1]), create));
        }
    }
}
