using System.Text.Json;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Functions;
using PixieOrleans.TestKit;

namespace PixieOrleans.Pxl.Tests.Plans;

public sealed class FunctionCatalogTests
{
    [Fact]
    public void All_ComparedWithTheReference_HasItsOverloadsAndNoOthers()
    {
        var path = SourceTree.Find("shared/reference/functions.json");
        Assert.SkipWhen(path is null, "the function reference is not beside this repository");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var expected = document.RootElement.EnumerateArray()
            .Where(item => item.GetProperty("kind").GetString() is "scalar" or "uda")
            .Select(Describe);

        var actual = FunctionCatalog.All.Select(
            signature => $"{signature.Name}({string.Join(',', signature.Arguments.Select(TypeNames.Of))})"
                + $"{TypeNames.Of(signature.Returns)} {signature.Kind}");

        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("divide", SemanticType.Bytes, SemanticType.DurationNs, SemanticType.ThroughputBytesPerNs)]
    [InlineData("divide", SemanticType.None, SemanticType.DurationNs, SemanticType.ThroughputPerNs)]
    [InlineData("divide", SemanticType.Bytes, SemanticType.None, SemanticType.None)]
    [InlineData("add", SemanticType.Bytes, SemanticType.Bytes, SemanticType.Bytes)]
    [InlineData("add", SemanticType.Bytes, SemanticType.None, SemanticType.None)]
    [InlineData("subtract", SemanticType.Port, SemanticType.Port, SemanticType.None)]
    public void ResultSemantic_OfOperators_FollowsTheRules(
        string name, SemanticType left, SemanticType right, SemanticType expected)
    {
        var signature = FunctionCatalog.Resolve(name, [DataType.Int64, DataType.Int64])!;

        Assert.Equal(expected, signature.ResultSemantic([left, right]));
    }

    [Theory]
    [InlineData("sum", SemanticType.DurationNs, SemanticType.None)]
    [InlineData("sum", SemanticType.Bytes, SemanticType.Bytes)]
    [InlineData("mean", SemanticType.DurationNs, SemanticType.DurationNs)]
    [InlineData("any", SemanticType.Port, SemanticType.Port)]
    [InlineData("count", SemanticType.Bytes, SemanticType.None)]
    [InlineData("quantiles", SemanticType.Bytes, SemanticType.Quantiles)]
    [InlineData("quantiles", SemanticType.DurationNs, SemanticType.DurationNsQuantiles)]
    public void ResultSemantic_OfAggregates_FollowsTheRules(
        string name, SemanticType argument, SemanticType expected)
    {
        var signature = FunctionCatalog.Resolve(name, [DataType.Int64])!;

        Assert.Equal(expected, signature.ResultSemantic([argument]));
    }

    private static string Describe(JsonElement item)
    {
        var types = item.GetProperty("init_args").EnumerateArray()
            .Concat(item.GetProperty("args").EnumerateArray())
            .Select(argument => argument.GetProperty("type").GetString());
        var kind = item.GetProperty("kind").GetString() == "uda" ? FunctionKind.Aggregate : FunctionKind.Scalar;
        return $"{item.GetProperty("name").GetString()}({string.Join(',', types)})"
            + $"{item.GetProperty("returns").GetString()} {kind}";
    }
}
