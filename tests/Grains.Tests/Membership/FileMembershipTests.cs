using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using PixieOrleans.Grains.Membership;

namespace PixieOrleans.Grains.Tests.Membership;

#pragma warning disable CS0618 // the runtime still calls these members, through their newer names

public sealed class FileMembershipTests : IDisposable
{
    private static readonly DateTime Start = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
    private readonly string _folder = Directory.CreateTempSubdirectory("pxo-membership-").FullName;
    private int _generation;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ReadAll_NoFile_IsEmptyWithVersionZeroAndAnEtag()
    {
        var data = await NewTable().ReadAll();

        Assert.Empty(data.Members);
        Assert.Equal(0, data.Version.Version);
        Assert.NotNull(data.Version.VersionEtag);
    }

    [Fact]
    public async Task InsertRow_NewSilo_AdvancesTheVersionAndChangesItsEtag()
    {
        var table = NewTable();
        var before = await table.ReadAll();
        var entry = NewEntry();

        Assert.True(await table.InsertRow(entry, before.Version.Next()));

        var after = await table.ReadAll();
        Assert.Equal(1, after.Version.Version);
        Assert.NotEqual(before.Version.VersionEtag, after.Version.VersionEtag);
        var (row, etag) = Assert.Single(after.Members);
        Assert.Equal(entry.SiloAddress, row.SiloAddress);
        Assert.NotEmpty(etag);
    }

    [Fact]
    public async Task InsertRow_SameSiloOrStaleVersion_IsRefusedWithoutEffect()
    {
        var table = NewTable();
        var empty = await table.ReadAll();
        var entry = NewEntry();
        Assert.True(await table.InsertRow(entry, empty.Version.Next()));
        var before = await table.ReadAll();

        Assert.False(await table.InsertRow(entry, before.Version.Next())); // same silo, fresh version
        Assert.False(await table.InsertRow(entry, empty.Version.Next())); // same silo, stale version
        Assert.False(await table.InsertRow(NewEntry(), empty.Version.Next())); // other silo, stale version

        var after = await table.ReadAll();
        Assert.Equal(before.Version, after.Version);
        Assert.Single(after.Members);
    }

    [Fact]
    public async Task UpdateRow_MissingRowOrStaleEtags_IsRefusedWithoutEffect()
    {
        var table = NewTable();
        var entry = await InsertAsync(table);
        var stale = await table.ReadAll();
        entry.Status = SiloStatus.Active;
        Assert.True(await table.UpdateRow(entry, stale.Members[0].Item2, stale.Version.Next()));
        var before = await table.ReadAll();
        entry.Status = SiloStatus.Dead;

        Assert.False(await table.UpdateRow(NewEntry(), before.Members[0].Item2, before.Version.Next()));
        Assert.False(await table.UpdateRow(entry, stale.Members[0].Item2, before.Version.Next()));
        Assert.False(await table.UpdateRow(entry, before.Members[0].Item2, stale.Version.Next()));

        var after = await table.ReadAll();
        Assert.Equal(before.Version, after.Version);
        Assert.Equal(before.Members[0].Item2, after.Members[0].Item2);
        Assert.Equal(SiloStatus.Active, after.Members[0].Item1.Status);
    }

    [Fact]
    public async Task InsertRow_TwentyAtOnceOfOneSilo_ExactlyOneWins()
    {
        var entry = NewEntry();
        var version = (await NewTable().ReadAll()).Version.Next();

        var wins = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => Task.Run(() => NewTable().InsertRow(entry, version), TestContext.Current.CancellationToken)));

        Assert.Equal(1, wins.Count(won => won));
    }

    [Fact]
    public async Task UpdateRow_ManyWritersThatRetry_LoseNoUpdate()
    {
        const int Writers = 19;
        var entry = await InsertAsync(NewTable());

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(
            _ => Task.Run(() => UpdateUntilAcceptedAsync(entry), TestContext.Current.CancellationToken)));

        var data = await NewTable().ReadAll();
        Assert.Equal(1 + Writers, data.Version.Version);
        Assert.Single(data.Members);
    }

    [Fact]
    public async Task UpdateIAmAlive_Called_ChangesOnlyThatTime()
    {
        var table = NewTable();
        var entry = await InsertAsync(table);
        var before = await table.ReadAll();
        var alive = Start.AddMinutes(7);

        await table.UpdateIAmAlive(
            new MembershipEntry { SiloAddress = entry.SiloAddress, IAmAliveTime = alive });

        var after = await table.ReadAll();
        Assert.Equal(before.Version, after.Version);
        Assert.Equal(before.Members[0].Item2, after.Members[0].Item2);
        Assert.Equal(alive, after.Members[0].Item1.IAmAliveTime);
        Assert.Equal(entry.SiloName, after.Members[0].Item1.SiloName);
    }

    [Fact]
    public async Task CleanupDefunctSiloEntries_OldDeadAndOldJoining_RemovesOnlyTheDead()
    {
        var table = NewTable();
        await InsertAsync(table, SiloStatus.Dead);
        await InsertAsync(table, SiloStatus.Joining);
        await InsertAsync(table, SiloStatus.Dead, Start.AddHours(2));

        await table.CleanupDefunctSiloEntries(Start.AddHours(1));

        var statuses = (await table.ReadAll()).Members.Select(m => m.Item1.Status);
        Assert.Equal([SiloStatus.Joining, SiloStatus.Dead], statuses);
    }

    [Fact]
    public async Task ReadRow_AllFieldsSet_RoundTrips()
    {
        var table = NewTable();
        var entry = NewEntry();
        var suspecting = SiloAddress.New(IPAddress.Loopback, 99, 5);
        entry.SuspectTimes = [Tuple.Create(suspecting, Start.AddSeconds(9))];
        Assert.True(await table.InsertRow(entry, (await table.ReadAll()).Version.Next()));

        var (row, _) = Assert.Single((await table.ReadRow(entry.SiloAddress)).Members);

        Assert.Equal(entry.ToFullString(), row.ToFullString());
        Assert.Equal((suspecting, Start.AddSeconds(9)), (row.SuspectTimes![0].Item1, row.SuspectTimes[0].Item2));
        Assert.Equal((entry.ProxyPort, entry.HostName, entry.StartTime), (row.ProxyPort, row.HostName, row.StartTime));
    }

    [Theory]
    [InlineData("{ not json")]
    [InlineData("null")]
    public async Task ReadAll_FileThatCannotBeRead_Throws(string content)
    {
        File.WriteAllText(PathOfFile, content);

        await Assert.ThrowsAsync<IOException>(() => NewTable().ReadAll());
    }

    [Fact]
    public async Task ReadAll_FileOfAnotherCluster_Throws()
    {
        await InsertAsync(NewTable());

        await Assert.ThrowsAsync<IOException>(() => NewTable("other").ReadAll());
    }

    private string PathOfFile => Path.Combine(_folder, "members.json");

    private FileMembershipTable NewTable(string cluster = "test") => new(
        new MembershipFile(PathOfFile, TimeProvider.System),
        Options.Create(new ClusterOptions { ClusterId = cluster }));

    private async Task<MembershipEntry> InsertAsync(
        FileMembershipTable table, SiloStatus status = SiloStatus.Joining, DateTime? alive = null)
    {
        var entry = NewEntry();
        (entry.Status, entry.IAmAliveTime) = (status, alive ?? Start);
        Assert.True(await table.InsertRow(entry, (await table.ReadAll()).Version.Next()));
        return entry;
    }

    private async Task UpdateUntilAcceptedAsync(MembershipEntry entry)
    {
        var table = NewTable();
        bool accepted;
        do
        {
            var data = await table.ReadAll();
            accepted = await table.UpdateRow(entry, data.Members[0].Item2, data.Version.Next());
        }
        while (!accepted);
    }

    private MembershipEntry NewEntry() => new()
    {
        SiloAddress = SiloAddress.New(IPAddress.Loopback, 11111, ++_generation),
        SiloName = $"node-{_generation}",
        HostName = "host",
        Status = SiloStatus.Joining,
        ProxyPort = 30000,
        StartTime = Start,
        IAmAliveTime = Start,
        SuspectTimes = [],
    };
}
