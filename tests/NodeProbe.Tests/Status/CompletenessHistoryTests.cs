using PixieOrleans.NodeProbe.Status;

namespace PixieOrleans.NodeProbe.Tests.Status;

public sealed class CompletenessHistoryTests
{
    [Theory]
    [InlineData(0, 1000, 70)] // since the start, up to now
    [InlineData(20, 30, 10)] // readings at both ends
    [InlineData(25, 35, 20)] // rounded outwards
    [InlineData(45, 55, 20)] // the end is later than the last reading: now
    [InlineData(60, 70, 10)] // after the last reading
    public void Between_GivesTheCountsOfTheRange(long start, long end, long expected)
    {
        var history = new CompletenessHistory();
        for (var time = 10; time <= 50; time += 10)
        {
            history.Add(time, new NodeCompleteness { EventsSeen = time + 10 });
        }

        var counts = history.Between(start, end, new NodeCompleteness { EventsSeen = 70 });

        Assert.Equal(expected, counts.EventsSeen);
    }

    [Fact]
    public void Between_WithOlderReadingsForgotten_CountsSinceTheStart()
    {
        var history = new CompletenessHistory(capacity: 3);
        for (var time = 10; time <= 100; time += 10)
        {
            history.Add(time, new NodeCompleteness { LostInRing = time });
        }

        Assert.Equal(90, history.Between(70, 90, new NodeCompleteness { LostInRing = 100 }).LostInRing);
        Assert.Equal(10, history.Between(80, 90, new NodeCompleteness { LostInRing = 100 }).LostInRing);
    }

    [Fact]
    public void Between_WithoutReadings_GivesTheCountsNow() =>
        Assert.Equal(5, new CompletenessHistory().Between(0, 10, new NodeCompleteness { EventsSeen = 5 }).EventsSeen);

    [Fact]
    public void Add_AfterTheClockWasSetBack_KeepsTheOrder()
    {
        var history = new CompletenessHistory();
        history.Add(100, new NodeCompleteness { EventsSeen = 1 });
        history.Add(50, new NodeCompleteness { EventsSeen = 2 });
        history.Add(150, new NodeCompleteness { EventsSeen = 3 });

        Assert.Equal(2, history.Between(100, 150, new NodeCompleteness { EventsSeen = 9 }).EventsSeen);
    }
}
