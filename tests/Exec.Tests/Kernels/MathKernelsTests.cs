namespace PixieOrleans.Exec.Tests.Kernels;

public sealed class MathKernelsTests
{
    public static TheoryData<string, object[], object> Calls => new()
    {
        { "abs", [-5L], 5L },
        { "abs", [5L], 5L },
        { "abs", [long.MinValue], long.MinValue },
        { "abs", [-1.5], 1.5 },
        { "abs", [double.NegativeInfinity], double.PositiveInfinity },
        { "abs", [double.NaN], double.NaN },
        { "ceil", [4.0], 4L },
        { "ceil", [4.5], 5L },
        { "ceil", [-4.5], -4L },
        { "ceil", [double.NaN], 0L },
        { "ceil", [double.PositiveInfinity], long.MaxValue },
        { "floor", [4.5], 4L },
        { "floor", [-4.5], -5L },
        { "floor", [1e300], long.MaxValue },
        { "floor", [-1e300], long.MinValue },
        { "floor", [double.NaN], 0L },
        { "exp", [0.0], 1.0 },
        { "exp", [1L], Math.E },
        { "ln", [1.0], 0.0 },
        { "ln", [0L], double.NegativeInfinity },
        { "ln", [-1.0], double.NaN },
        { "log", [2.0, 8.0], 3.0 },
        { "log", [2L, 8L], 3.0 },
        { "log", [2L, 8.0], 3.0 },
        { "log", [2.0, 8L], 3.0 },
        { "log", [1.0, 8.0], double.PositiveInfinity },
        { "log2", [8L], 3.0 },
        { "log2", [0.25], -2.0 },
        { "log10", [1000.0], 3.0 },
        { "log10", [1000L], 3.0 },
        { "pow", [2.0, 10.0], 1024.0 },
        { "pow", [2L, -1L], 0.5 },
        { "pow", [2L, 0.5], 1.4142135623730951 },
        { "pow", [0.5, 2L], 0.25 },
        { "pow", [0L, 0L], 1.0 },
        { "sqrt", [16L], 4.0 },
        { "sqrt", [2.25], 1.5 },
        { "sqrt", [-1.0], double.NaN },
        { "int64_to_time", [5L], new Time(5) },
        { "time_to_int64", [new Time(-5)], -5L },
        { "approxEqual", [0.30000000000000004, 0.3], true },
        { "approxEqual", [1e-15, 0.0], false },
        { "approxEqual", [double.NaN, double.NaN], false },
    };

    public static TheoryData<double, long, string> Decimals => new()
    {
        { 11.2, 2, "11.20" },
        { 11.23456, 2, "11.23" },
        { 0.0, 5, "0.00000" },
        { 20.29438, 0, "20" },
        { 1234, 3, "1234.000" },
        { -0.001, 2, "-0.00" },
        { 0.5, 0, "0" },
        { 1.5, 0, "2" },
        { 2.5, 0, "2" },
        { -3.5, 0, "-4" },
        { 0.125, 2, "0.12" },
        { 0.375, 2, "0.38" },
        { 2.675, 2, "2.67" },
        { 1e22, 1, "10000000000000000000000.0" },
        { 3.0, -1, "3.000000" },
        { double.NaN, 2, "nan" },
        { double.PositiveInfinity, 2, "inf" },
        { double.NegativeInfinity, 2, "-inf" },
    };

    public static TheoryData<string, long> Integers => new()
    {
        { "1234", 1234 },
        { "-1234", -1234 },
        { "+7", 7 },
        { "0012", 12 },
        { " \t12\n", 12 },
        { "9223372036854775807", long.MaxValue },
        { "-9223372036854775808", long.MinValue },
        { "9223372036854775808", -7 },
        { "", -7 },
        { "-", -7 },
        { "12 13", -7 },
        { "12.0", -7 },
        { "0x10", -7 },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void Call_ByColumnsAndConstants_YieldsTheValue(string function, object[] arguments, object expected) =>
        Assert.Equal(expected, KernelCalls.Call(function, arguments));

    [Theory]
    [MemberData(nameof(Decimals))]
    public void Round_Double_IsTheTextThatPrintfGives(double value, long decimals, string expected) =>
        Assert.Equal(expected, KernelCalls.Call("round", value, decimals));

    [Fact]
    public void Round_MoreDecimalsThanADoubleHas_EndsInZeros()
    {
        var text = (string)KernelCalls.Call("round", 0.5, 2000L);

        Assert.Equal("0.5" + new string('0', 1999), text);
    }

    [Theory]
    [MemberData(nameof(Integers))]
    public void Atoi_Text_IsTheIntegerOrTheDefault(string text, long expected) =>
        Assert.Equal(expected, KernelCalls.Call("atoi", text, -7L));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-12, "-12")]
    [InlineData(long.MinValue, "-9223372036854775808")]
    public void Itoa_Integer_IsItsDecimalText(long value, string expected) =>
        Assert.Equal(expected, KernelCalls.Call("itoa", value));

    [Fact]
    public void Floor_ManyRows_RoundsCellByCell()
    {
        object[] values = [0.5, -0.5, 1.0, double.NaN, 9e18, 1e19, -1e19, 2.999999, -2.000001];

        var floors = KernelCalls.CallRows("floor", values);

        Assert.Equal(
            [0L, -1L, 1L, 0L, 9000000000000000000L, long.MaxValue, long.MinValue, 2L, -3L], floors);
    }
}
