using PixieOrleans.Scripts.Tests.Library;

namespace PixieOrleans.Scripts.Tests.Fixtures;

/// <summary>What the rows of all protocols have in common.</summary>
internal static class Events
{
    public const int Client = 1;
    public const int Server = 2;

    /// <summary>An address outside of the cluster that pods talk to; of a range for documentation.</summary>
    public const string Outside = "203.0.113.9";

    private const long FirstNs = Compilation.NowNs - (24L * 1_000_000_000);

    /// <summary>Time of the n-th event: 400 ms apart, within the last 24 seconds.</summary>
    public static long Time(int n) => FirstNs + (n * 400_000_000L);

    /// <summary>Latency of the n-th event: 30, 60, 90, 120 and 150 ms in turn.</summary>
    public static long Latency(int n) => (1 + (n % 5)) * 30_000_000L;

    /// <summary>The columns at the head of each table of a protocol, followed by others.</summary>
    public static (string Column, object Value)[] Row(
        int n, FixturePod pod, int role, string peer, int port, params (string Column, object Value)[] more) =>
    [
        ("time_", Time(n)),
        ("upid", pod.Upid.ToUInt128()),
        ("remote_addr", peer),
        ("remote_port", role == Server ? 40_000 + n : port),
        ("local_addr", pod.Ip),
        ("local_port", role == Server ? port : 50_000 + n),
        ("trace_role", role),
        .. more,
    ];
}
