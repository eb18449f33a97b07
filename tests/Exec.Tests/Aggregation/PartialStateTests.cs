using CsCheck;
using PixieOrleans.Exec.Aggregation;
using PixieOrleans.Exec.Grouping;
using PixieOrleans.Model;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Tests.Aggregation;

public sealed class PartialStateTests
{
    private static readonly string[] Functions = ["count", "sum", "mean", "min", "max", "any", "quantiles"];

    public static TheoryData<string, DataType, byte[], string> BadStates => new()
    {
        { "count", DataType.Int64, [1, 2], "6 bytes early" },
        { "count", DataType.Int64, [0, 0, 0, 0, 0, 0, 0, 0, 9], "1 bytes too many" },
        { "count", DataType.Int64, [0, 0, 0, 0, 0, 0, 0, 0x80], "A count is -" },
        { "mean", DataType.Int64, [0, 0, 0, 0, 0, 0, 0, 0], "8 bytes early" },
        { "min", DataType.Int64, [2, 0, 0, 0, 0, 0, 0, 0, 0], "A flag is 2" },
        { "any", DataType.Boolean, [1, 7], "A Boolean is 7" },
        { "any", DataType.String, [], "1 bytes early" },
    };

    [Theory]
    [MemberData(nameof(BadStates))]
    public void Merge_StateThatCannotBe_IsRefused(string function, DataType type, byte[] state, string why)
    {
        using var accumulator = Create(function, type);

        var failure = Assert.Throws<InvalidStateException>(() => accumulator.Merge([0], Column(state)));

        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_AnyBytes_AreReadOrRefused() =>
        Gen.Select(
            Gen.Int[0, Functions.Length - 1].Select(i => Functions[i]), Gen.Byte.Array[0, 60]).Sample(
            (function, state) =>
            {
                using var accumulator = Create(function, DataType.Float64);
                try
                {
                    accumulator.Merge([0], Column(state));
                }
                catch (InvalidStateException)
                {
                    return;
                }

                Assert.Equal(1, accumulator.Finish(0, 1).Length);
            });

    private static Accumulator Create(string function, DataType type)
    {
        var budget = new MemoryBudget(1 << 20);
        var accumulator = AggregateCatalog.Create(function, [type], [0], new ExecutionOptions(), budget);
        accumulator.EnsureGroups(1);
        return accumulator;
    }

    private static ArenaStringColumn Column(byte[] state) => new(new[] { 0, state.Length }, state);
}
