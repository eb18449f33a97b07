using System.Diagnostics;
using System.Net;
using PixieOrleans.Grains.Names;

namespace PixieOrleans.Grains.Tests.Names;

public sealed class ReverseNamesTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public void Find_SeveralAddresses_AsksForEachOnce()
    {
        var asked = 0;
        var cache = new ReverseNameCache((address, _) => Name(address, ref asked), TimeProvider.System);
        IPAddress[] addresses = [IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.2")];

        var first = new ReverseNames(cache, Long, TimeProvider.System).Find(addresses);
        var second = new ReverseNames(cache, Long, TimeProvider.System).Find(addresses);

        Assert.Equal(["name-10.0.0.1", null], first);
        Assert.Equal(first, second);
        Assert.Equal(2, asked);
    }

    [Fact]
    public void Find_MoreAddressesThanQuestionsAtATime_FindsAll()
    {
        var asked = 0;
        var cache = new ReverseNameCache((address, _) => Name(address, ref asked), TimeProvider.System);
        IPAddress[] addresses = [.. Enumerable.Range(0, 200).Select(i => new IPAddress([10, 1, 0, (byte)i]))];

        var names = new ReverseNames(cache, Long, TimeProvider.System).Find(addresses);

        Assert.Equal(addresses.Select(address => $"name-{address}"), names);
    }

    [Fact]
    public void Find_ResolverThatNeverAnswers_GivesUpAfterTheAllowance()
    {
        var never = new TaskCompletionSource<string?>();
        var cache = new ReverseNameCache((_, _) => never.Task, TimeProvider.System);
        IPAddress[] addresses = [.. Enumerable.Range(0, 200).Select(i => new IPAddress([10, 0, 0, (byte)i]))];
        var names = new ReverseNames(cache, TimeSpan.FromMilliseconds(50), TimeProvider.System);

        var watch = Stopwatch.StartNew();
        Assert.All(names.Find(addresses), Assert.Null);
        Assert.All(names.Find(addresses), Assert.Null);

        Assert.InRange(watch.Elapsed, TimeSpan.FromMilliseconds(40), Long);
        never.SetResult(null);
    }

    [Fact]
    public async Task Ask_MoreAddressesThanItHolds_ForgetsTheLongestUnused()
    {
        var asked = 0;
        var cache = new ReverseNameCache((address, _) => Name(address, ref asked), TimeProvider.System);
        for (var i = 0; i < 1024 + 1; i++)
        {
            await cache.Ask(new IPAddress([10, 1, (byte)(i / 256), (byte)i]))!;
            await cache.Ask(IPAddress.Parse("10.1.0.0"))!; // in use all the time
        }

        Assert.Equal(1025, asked);
        await cache.Ask(IPAddress.Parse("10.1.0.0"))!;
        Assert.Equal(1025, asked);
        await cache.Ask(IPAddress.Parse("10.1.0.1"))!;
        Assert.Equal(1026, asked);
    }

    [Fact]
    public async Task Ask_AfterTenMinutes_AsksAgain()
    {
        var (asked, time) = (0, new ManualTime());
        var cache = new ReverseNameCache((address, _) => Name(address, ref asked), time);

        await cache.Ask(IPAddress.Loopback)!;
        time.Timestamp += 11 * 60 * time.TimestampFrequency;
        await cache.Ask(IPAddress.Loopback)!;

        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Resolve_Loopback_IsLocalhost()
    {
        var hosts = await File.ReadAllTextAsync("/etc/hosts", TestContext.Current.CancellationToken);
        Assert.SkipUnless(hosts.Contains("localhost", StringComparison.Ordinal), "/etc/hosts has no localhost");

        var name = await ReverseNameSource.ResolveAsync(IPAddress.Loopback, TestContext.Current.CancellationToken);

        Assert.Equal("localhost", name);
    }

    private static Task<string?> Name(IPAddress address, ref int asked)
    {
        Interlocked.Increment(ref asked);
        return Task.FromResult(address.ToString() == "10.0.0.2" ? null : $"name-{address}");
    }

    private sealed class ManualTime : TimeProvider
    {
        public long Timestamp { get; set; }

        public override long GetTimestamp() => Timestamp;
    }
}
