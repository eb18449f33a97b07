using PixieOrleans.Pxl.Tests.Rewriting;

namespace PixieOrleans.Pxl.Tests.Execution;

/// <summary>What scripts with several inputs and with windows mean, run by the engine.</summary>
/// <remarks>The table "rows" has two rows per nanosecond, from 0 to 99.</remarks>
public sealed class ScriptExecutionTests
{
    [Fact]
    public void Run_Rolling_YieldsWindowsThatFollowEachOther()
    {
        var rows = Run("""
            df = df.rolling(40).agg(n=('number', px.count), first=('time_', px.min), last=('time_', px.max))
            px.display(df)
            """);

        Assert.Equal(["0|80|0|39", "40|80|40|79", "80|40|80|99"], rows);
    }

    [Fact]
    public void Run_RollingWithGroups_IsWhatBinAndGroupByGive()
    {
        var rolling = Run("px.display(df.groupby('name').rolling(25).agg(sum=('number', px.sum)))");
        var byHand = Run("""
            df.time_ = px.Time(px.bin(df.time_, 25))
            px.display(df.groupby(['time_', 'name']).agg(sum=('number', px.sum)))
            """);

        Assert.Equal(byHand, rolling);
        Assert.InRange(rolling.Count, 5, 16);
    }

    [Theory]
    [InlineData("inner", new[] { "3|2|3|2", "4|2|4|2" })]
    [InlineData("left", new[] { "1|2|0|0", "2|2|0|0", "3|2|3|2", "4|2|4|2" })]
    [InlineData("right", new[] { "0|0|5|2", "0|0|6|2", "3|2|3|2", "4|2|4|2" })]
    [InlineData("outer", new[] { "0|0|5|2", "0|0|6|2", "1|2|0|0", "2|2|0|0", "3|2|3|2", "4|2|4|2" })]
    public void Run_Merge_YieldsRowsWithoutAPartnerAsAsked(string how, string[] expected)
    {
        var rows = Run($"""
            a = px.DataFrame('rows', start_time=1, end_time=4).groupby('time_').agg(n=('number', px.count))
            b = px.DataFrame('rows', start_time=3, end_time=6).groupby('time_').agg(n=('number', px.count))
            px.display(a.merge(b, how='{how}', left_on='time_', right_on='time_'))
            """);

        Assert.Equal(expected, rows);
    }

    [Fact]
    public void Run_MergeWithSuffixes_NamesTheColumnsOfBothSides()
    {
        var rows = Run("""
            a = px.DataFrame('rows', start_time=1, end_time=2).groupby('time_').agg(n=('number', px.count))
            df = a.merge(a, 'inner', 'time_', 'time_', suffixes=['', '_again'])
            df.sum = df.n + df.n_again
            px.display(df[['time__again', 'sum']])
            """);

        Assert.Equal(["1|4", "2|4"], rows);
    }

    [Fact]
    public void Run_Append_TakesColumnsInAnyOrder()
    {
        var rows = Run("""
            a = px.DataFrame('rows', ['time_', 'number'], start_time=1, end_time=1)
            b = px.DataFrame('rows', ['number', 'time_'], start_time=2, end_time=3)
            df = a.append([b, a])
            px.display(df.groupby('time_').agg(n=('number', px.count)))
            """);

        Assert.Equal(["1|4", "2|2", "3|2"], rows);
    }

    [Fact]
    public void Run_EqualsAny_KeepsTheRowsOfAnyValue()
    {
        var rows = Run("""
            times = [px.parse_time(7), px.parse_time(9), px.parse_time(200)]
            df = df[px.equals_any(df.time_, times)]
            px.display(df.groupby('time_').agg())
            """);

        Assert.Equal(["7", "9"], rows);
    }

    private static List<string> Run(string script)
    {
        var table = new RandomRows(new Random(1));
        var result = PxlCompiler.Compile(
            $"import px\ndf = px.DataFrame('rows')\n{script}", new CompileRequest(table.Schemas, TestTables.NowNs));

        Assert.Empty(result.Diagnostics);
        return [.. table.Run(result.Plan!).Select(line => line[(line.IndexOf("): ", StringComparison.Ordinal) + 3)..])];
    }
}
