using System.Collections.Frozen;
using System.Collections.Immutable;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Kernels.Entities;
using PixieOrleans.Exec.Kernels.Json;
using PixieOrleans.Exec.Kernels.Names;
using PixieOrleans.Exec.Kernels.Re2;
using PixieOrleans.Exec.Kernels.Requests;
using PixieOrleans.Exec.Kernels.Uris;
using PixieOrleans.Model;

namespace PixieOrleans.Exec.Kernels;

/// <summary>All scalar functions that the engine computes.</summary>
internal static class KernelCatalog
{
    private static readonly FrozenDictionary<string, Kernel> Kernels = Build();

    /// <summary>Whether there is a kernel for exactly these types.</summary>
    public static bool Contains(string function, ReadOnlySpan<DataType> arguments, DataType result) =>
        Kernels.TryGetValue(KernelTable.KeyOf(function, arguments), out var kernel) && kernel.Result == result;

    /// <summary>The expression of a call.</summary>
    /// <exception cref="InvalidPlanException">No kernel takes exactly these types.</exception>
    public static CompiledExpression Create(
        string function, ImmutableArray<CompiledExpression> arguments, ExecutionOptions options)
    {
        var types = new DataType[arguments.Length];
        for (var i = 0; i < types.Length; i++)
        {
            types[i] = arguments[i].Type;
        }

        return Kernels.TryGetValue(KernelTable.KeyOf(function, types), out var kernel)
            ? kernel.Create(new KernelCall(kernel.Result, arguments, options))
            : throw new InvalidPlanException($"No function {function}({string.Join(", ", types)}).");
    }

    private static FrozenDictionary<string, Kernel> Build()
    {
        var table = new KernelTable();
        ArithmeticKernels.Register(table);
        BinKernels.Register(table);
        ComparisonKernels.Register(table);
        JsonKernels.Register(table);
        LogicKernels.Register(table);
        MathKernels.Register(table);
        NameKernels.Register(table);
        NumberTextKernels.Register(table);
        Re2Kernels.Register(table);
        SelectKernels.Register(table);
        StringKernels.Register(table);
        ProcessKernels.Register(table);
        EntityKernels.Register(table);
        RequestKernels.Register(table);
        UriKernels.Register(table);
        return table.Kernels.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
