using System.Globalization;

namespace PixieOrleans.Grains.Membership;

/// <summary>Content of a membership file for one cluster.</summary>
internal sealed class MembershipState
{
    /// <summary>The cluster; a file belongs to one.</summary>
    public string ClusterId { get; set; } = "";

    /// <summary>Version of the table.</summary>
    public int Version { get; set; }

    /// <summary>Changes with every change of the version.</summary>
    public string ETag { get; set; } = "0";

    /// <summary>One row per silo, dead ones too until they are cleaned up.</summary>
    public List<MembershipRow> Rows { get; set; } = [];

    /// <summary>The row of a silo, or null.</summary>
    public MembershipRow? Find(SiloAddress silo)
    {
        var name = silo.ToParsableString();
        return Rows.Find(r => r.Silo == name);
    }

    /// <summary>Sets the version and a new etag.</summary>
    public void Advance(int version)
    {
        Version = version;
        ETag = (long.Parse(ETag, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>One silo.</summary>
internal sealed class MembershipRow
{
    public const string FirstETag = "1";

    public required string Silo { get; init; }

    public required string ETag { get; init; }

    public required SiloStatus Status { get; init; }

    public required string SiloName { get; init; }

    public required string HostName { get; init; }

    public string? RoleName { get; init; }

    public int ProxyPort { get; init; }

    public int UpdateZone { get; init; }

    public int FaultZone { get; init; }

    public DateTime StartTime { get; init; }

    public DateTime IAmAlive { get; set; }

    public List<Suspicion> Suspicions { get; init; } = [];

    /// <summary>The etag after the next change.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string NextETag =>
        (long.Parse(ETag, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>Latest time at which the silo was known to live.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public DateTimeOffset LastSign => new(IAmAlive > StartTime ? IAmAlive : StartTime);

    public static MembershipRow From(MembershipEntry entry, string etag) => new()
    {
        Silo = entry.SiloAddress.ToParsableString(),
        ETag = etag,
        Status = entry.Status,
        SiloName = entry.SiloName,
        HostName = entry.HostName,
        RoleName = entry.RoleName,
        ProxyPort = entry.ProxyPort,
        UpdateZone = entry.UpdateZone,
        FaultZone = entry.FaultZone,
        StartTime = ToUtc(entry.StartTime),
        IAmAlive = ToUtc(entry.IAmAliveTime),
        Suspicions = [.. (entry.SuspectTimes ?? []).Select(
            s => new Suspicion(s.Item1.ToParsableString(), ToUtc(s.Item2)))],
    };

    public MembershipEntry ToEntry() => new()
    {
        SiloAddress = SiloAddress.FromParsableString(Silo),
        Status = Status,
        SiloName = SiloName,
        HostName = HostName,
        RoleName = RoleName,
        ProxyPort = ProxyPort,
        UpdateZone = UpdateZone,
        FaultZone = FaultZone,
        StartTime = StartTime,
        IAmAliveTime = IAmAlive,
        SuspectTimes = [.. Suspicions.Select(s => Tuple.Create(SiloAddress.FromParsableString(s.Silo), s.Time))],
    };

    private static DateTime ToUtc(DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Utc);
}

/// <summary>A silo's suspicion that the row's silo is dead.</summary>
internal sealed record Suspicion(string Silo, DateTime Time);
