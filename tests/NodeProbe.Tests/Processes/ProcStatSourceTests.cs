using System.Globalization;
using PixieOrleans.NodeProbe.Processes;
using PixieOrleans.NodeProbe.Tests.Sources;

namespace PixieOrleans.NodeProbe.Tests.Processes;

public sealed class ProcStatSourceTests
{
    [Fact]
    public void Parse_FirstLine_AddsUpWhatBelongsTogether()
    {
        var ticks = ProcStatSource.Parse("cpu  100 20 30 400 50 6 7 8 90 1\ncpu0 1 1 1 1"u8);

        Assert.Equal(new ProcStatSource.Ticks(User: 120, Kernel: 43, Idle: 450, All: 621), ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("intr 1 2 3")]
    [InlineData("cpu  1 2 3")]
    public void Parse_OtherText_IsNothing(string text) =>
        Assert.Null(ProcStatSource.Parse(System.Text.Encoding.ASCII.GetBytes(text)));

    [Fact]
    public async Task Tick_ThisMachine_SharesAreOfAHundred()
    {
        using var fixture = new SourceFixture();
        using var source = new ProcStatSource(fixture.Context);
        source.Start();

        await SourceFixture.Until(() =>
        {
            source.Tick(fixture.Clock.NowNs);
            return fixture.Read("proc_stat", "time_").Count >= 3;
        });

        Assert.All(
            fixture.Read("proc_stat", "system_percent", "user_percent", "idle_percent"),
            row => Assert.InRange(
                row.Split(' ').Sum(cell => double.Parse(cell, CultureInfo.InvariantCulture)), 0, 100.001));
    }
}
