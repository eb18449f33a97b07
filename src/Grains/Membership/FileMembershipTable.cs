using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace PixieOrleans.Grains.Membership;

/// <summary>
/// Membership of silos on one machine in a JSON file. Every change is made under an exclusive lock on a second
/// file and replaces the first one as a whole, so that readers see either the old or the new state.
/// </summary>
internal sealed class FileMembershipTable(MembershipFile file, IOptions<ClusterOptions> cluster) : IMembershipTable
{
    private readonly string _clusterId = cluster.Value.ClusterId;

    public Task InitializeMembershipTable(bool tryInitTableVersion) =>
        tryInitTableVersion ? file.ChangeAsync(_clusterId, _ => true) : Task.CompletedTask;

    public Task DeleteMembershipTableEntries(string clusterId) => file.DeleteAsync(clusterId);

    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => file.ChangeAsync(_clusterId, state =>
        state.Rows.RemoveAll(r => r.Status == SiloStatus.Dead && r.LastSign < beforeDate) > 0);

    public async Task<MembershipTableData> ReadRow(SiloAddress key)
    {
        var state = await file.ReadAsync(_clusterId);
        var name = key.ToParsableString();
        return ToData(state, state.Rows.Where(r => r.Silo == name));
    }

    public async Task<MembershipTableData> ReadAll()
    {
        var state = await file.ReadAsync(_clusterId);
        return ToData(state, state.Rows);
    }

    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) =>
        file.ChangeAsync(_clusterId, state =>
        {
            if (state.ETag != tableVersion.VersionEtag || state.Find(entry.SiloAddress) is not null)
            {
                return false;
            }

            state.Rows.Add(MembershipRow.From(entry, MembershipRow.FirstETag));
            state.Advance(tableVersion.Version);
            return true;
        });

    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) =>
        file.ChangeAsync(_clusterId, state =>
        {
            var row = state.Find(entry.SiloAddress);
            if (row is null || row.ETag != etag || state.ETag != tableVersion.VersionEtag)
            {
                return false;
            }

            state.Rows[state.Rows.IndexOf(row)] = MembershipRow.From(entry, row.NextETag);
            state.Advance(tableVersion.Version);
            return true;
        });

    public Task UpdateIAmAlive(MembershipEntry entry) => file.ChangeAsync(_clusterId, state =>
    {
        if (state.Find(entry.SiloAddress) is not { } row)
        {
            return false;
        }

        row.IAmAlive = DateTime.SpecifyKind(entry.IAmAliveTime, DateTimeKind.Utc);
        return true;
    });

    private static MembershipTableData ToData(MembershipState state, IEnumerable<MembershipRow> rows) => new(
        [.. rows.Select(r => Tuple.Create(r.ToEntry(), r.ETag))],
        new TableVersion(state.Version, state.ETag));
}
