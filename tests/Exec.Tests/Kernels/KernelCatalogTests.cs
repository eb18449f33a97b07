using PixieOrleans.Exec.Aggregation;
using PixieOrleans.Exec.Kernels;
using PixieOrleans.Plans.Functions;

namespace PixieOrleans.Exec.Tests.Kernels;

public sealed class KernelCatalogTests
{
    [Fact]
    public void Contains_EverySignatureOfTheFunctionCatalog_HasAKernel()
    {
        var missing = FunctionCatalog.All
            .Where(signature => signature.Kind == FunctionKind.Scalar && signature.IsAvailable)
            .Where(signature =>
                !KernelCatalog.Contains(signature.Name, signature.Arguments.AsSpan(), signature.Returns))
            .Select(signature => $"{signature.Name}({string.Join(',', signature.Arguments)})");

        Assert.Empty(missing);
    }

    [Fact]
    public void ResultOf_EveryAggregateOfTheFunctionCatalog_IsItsReturnType()
    {
        var wrong = FunctionCatalog.All
            .Where(signature => signature.Kind == FunctionKind.Aggregate && signature.IsAvailable)
            .Where(signature =>
                AggregateCatalog.ResultOf(signature.Name, signature.Arguments.AsSpan()) != signature.Returns)
            .Select(signature => $"{signature.Name}({string.Join(',', signature.Arguments)})");

        Assert.Empty(wrong);
    }
}
