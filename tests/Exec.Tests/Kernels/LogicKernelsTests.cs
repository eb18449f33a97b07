namespace PixieOrleans.Exec.Tests.Kernels;

public sealed class LogicKernelsTests
{
    public static TheoryData<string, object[], object> Calls => new()
    {
        { "logicalAnd", [true, true], true },
        { "logicalAnd", [true, false], false },
        { "logicalAnd", [false, true], false },
        { "logicalAnd", [false, false], false },
        { "logicalAnd", [5L, 3L], true },
        { "logicalAnd", [4L, 0L], false },
        { "logicalOr", [true, false], true },
        { "logicalOr", [false, true], true },
        { "logicalOr", [false, false], false },
        { "logicalOr", [0L, -1L], true },
        { "logicalOr", [0L, 0L], false },
        { "logicalNot", [true], false },
        { "logicalNot", [false], true },
        { "logicalNot", [4L], false },
        { "logicalNot", [0L], true },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void Call_ByColumnsAndConstants_YieldsTheValue(string function, object[] arguments, object expected) =>
        Assert.Equal(expected, KernelCalls.Call(function, arguments));

    [Fact]
    public void LogicalAnd_ManyRows_CombinesCellByCell()
    {
        var left = Enumerable.Range(0, 100).Select(i => (object)(i % 2 == 0)).ToArray();
        var right = Enumerable.Range(0, 100).Select(i => (object)(i % 3 == 0)).ToArray();

        var both = KernelCalls.CallRows("logicalAnd", left, right);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (object)(i % 6 == 0)), both);
    }
}
