namespace PixieOrleans.Exec.Tests.Kernels;

public sealed class ComparisonKernelsTests
{
    private static readonly string[] Functions =
        ["equal", "notEqual", "lessThan", "lessThanEqual", "greaterThan", "greaterThanEqual"];

    public static TheoryData<object, object, string> Pairs => new()
    {
        { 1L, 2L, "notEqual lessThan lessThanEqual" },
        { 2L, 2L, "equal lessThanEqual greaterThanEqual" },
        { long.MaxValue, long.MinValue, "notEqual greaterThan greaterThanEqual" },
        { new Time(1), new Time(2), "notEqual lessThan lessThanEqual" },
        { new Time(2), new Time(2), "equal lessThanEqual greaterThanEqual" },
        { 1.5, 2.5, "notEqual lessThan lessThanEqual" },
        { 2.5, 2.5, "equal lessThanEqual greaterThanEqual" },
        { 0.0, -0.0, "equal lessThanEqual greaterThanEqual" },
        { 0.30000000000000004, 0.3, "equal greaterThan greaterThanEqual" },
        { 1e-15, 0.0, "notEqual greaterThan greaterThanEqual" },
        { double.NaN, double.NaN, "notEqual" },
        { double.NaN, 1.0, "notEqual" },
        { double.PositiveInfinity, double.PositiveInfinity, "equal lessThanEqual greaterThanEqual" },
        { double.NegativeInfinity, double.PositiveInfinity, "notEqual lessThan lessThanEqual" },
        { "abc", "bcd", "notEqual lessThan lessThanEqual" },
        { "abc", "abc", "equal lessThanEqual greaterThanEqual" },
        { "abc", "abcd", "notEqual lessThan lessThanEqual" },
        { "", "a", "notEqual lessThan lessThanEqual" },
        { "Z", "a", "notEqual lessThan lessThanEqual" },
        { "é", "z", "notEqual greaterThan greaterThanEqual" },
    };

    public static TheoryData<object, object, bool> Equalities => new()
    {
        { true, true, true },
        { true, false, false },
        { false, false, true },
        { 1L, true, true },
        { true, 1L, true },
        { 2L, true, false },
        { false, 0L, true },
        { 1L, 1.0, true },
        { 1.5, 1L, false },
        { (UInt128)7 << 64, (UInt128)7 << 64, true },
        { (UInt128)7 << 64, (UInt128)7, false },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Call_Pair_HoldsForTheListedFunctionsOnly(object left, object right, string holds)
    {
        var holding = Functions.Where(function => KernelCalls.Call(function, left, right) is true);

        Assert.Equal(holds, string.Join(' ', holding));
    }

    [Theory]
    [MemberData(nameof(Equalities))]
    public void Call_TypesWithoutOrder_CompareForEquality(object left, object right, bool equal)
    {
        Assert.Equal(equal, KernelCalls.Call("equal", left, right));
        Assert.Equal(!equal, KernelCalls.Call("notEqual", left, right));
    }

    [Fact]
    public void LessThan_ManyRows_ComparesCellByCell()
    {
        object[] left = [1L, 5L, 3L, 9L, -1L, 6L, 0L];
        object[] right = [2L, 4L, 3L, 10L, -2L, 7L, 0L];

        var holds = KernelCalls.CallRows("lessThan", left, right);

        Assert.Equal([true, false, false, true, false, true, false], holds);
    }
}
