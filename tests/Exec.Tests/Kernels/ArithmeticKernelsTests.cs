namespace PixieOrleans.Exec.Tests.Kernels;

public sealed class ArithmeticKernelsTests
{
    public static TheoryData<string, object[], object> Calls => new()
    {
        { "add", [1L, 2L], 3L },
        { "add", [1.5, 2L], 3.5 },
        { "add", [2L, 1.5], 3.5 },
        { "add", [1.5, 2.5], 4.0 },
        { "add", [new Time(5), 2L], new Time(7) },
        { "add", [2L, new Time(5)], new Time(7) },
        { "add", [long.MaxValue, 1L], long.MinValue },
        { "subtract", [1L, 2L], -1L },
        { "subtract", [1.5, 2L], -0.5 },
        { "subtract", [2L, 1.5], 0.5 },
        { "subtract", [2.5, 1.5], 1.0 },
        { "subtract", [new Time(5), 2L], new Time(3) },
        { "subtract", [new Time(5), new Time(7)], -2L },
        { "subtract", [5L, new Time(7)], -2L },
        { "subtract", [long.MinValue, 1L], long.MaxValue },
        { "multiply", [3L, -2L], -6L },
        { "multiply", [1.5, 2L], 3.0 },
        { "multiply", [2L, 1.5], 3.0 },
        { "multiply", [1.5, 1.5], 2.25 },
        { "multiply", [long.MaxValue, 2L], -2L },
        { "divide", [1L, 2L], 0.5 },
        { "divide", [6L, 3L], 2.0 },
        { "divide", [1.5, 3L], 0.5 },
        { "divide", [3L, 1.5], 2.0 },
        { "divide", [3.0, 1.5], 2.0 },
        { "divide", [1L, 0L], double.PositiveInfinity },
        { "divide", [-1L, 0L], double.NegativeInfinity },
        { "divide", [0L, 0L], double.NaN },
        { "modulo", [10L, 7L], 3L },
        { "modulo", [-10L, 7L], -3L },
        { "modulo", [10L, -7L], 3L },
        { "modulo", [10L, 0L], 0L },
        { "modulo", [long.MinValue, -1L], 0L },
        { "modulo", [new Time(10), 7L], 3L },
        { "modulo", [new Time(10), new Time(7)], 3L },
        { "modulo", [10L, new Time(7)], 3L },
        { "negate", [4L], -4L },
        { "negate", [long.MinValue], long.MinValue },
        { "negate", [4.5], -4.5 },
        { "invert", [0L], -1L },
        { "invert", [5L], -6L },
        { "bin", [11L, 2L], 10L },
        { "bin", [-11L, 2L], -10L },
        { "bin", [11L, 0L], 11L },
        { "bin", [new Time(11), 3L], new Time(9) },
        { "bin", [new Time(11), new Time(3)], new Time(9) },
        { "bin", [11L, new Time(3)], 9L },
        { "bin", [11.9, 3L], 9L },
        { "bin", [double.NaN, 3L], 0L },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void Call_ByColumnsAndConstants_YieldsTheValue(string function, object[] arguments, object expected) =>
        Assert.Equal(expected, KernelCalls.Call(function, arguments));

    [Fact]
    public void Add_ManyRows_AddsCellByCell()
    {
        object[] left = [1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L];
        object[] right = [10L, 20L, 30L, 40L, 50L, 60L, 70L, 80L, 90L];

        var sums = KernelCalls.CallRows("add", left, right);

        Assert.Equal([11L, 22L, 33L, 44L, 55L, 66L, 77L, 88L, 99L], sums);
    }
}
