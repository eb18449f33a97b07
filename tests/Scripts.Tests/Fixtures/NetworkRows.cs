namespace PixieOrleans.Scripts.Tests.Fixtures;

/// <summary>Counters of connections and of the network interfaces of pods, which only grow.</summary>
internal static class NetworkRows
{
    private const int Samples = 6;
    private const int Step = 10; // events between two samples: 4 seconds
    private const int Http = 1; // number of the protocol in conn_stats

    public static void Write(Func<FixturePod, FixtureNode> nodeOf)
    {
        for (var sample = 0; sample < Samples; sample++)
        {
            AddConnection(nodeOf, sample, FixturePod.Front, Events.Client, FixturePod.Cart1.Ip, 8080, false);
            AddConnection(nodeOf, sample, FixturePod.Front, Events.Client, Events.Outside, 443, true);
            AddConnection(nodeOf, sample, FixturePod.Front, Events.Server, "198.51.100.7", 0, false);
            AddConnection(nodeOf, sample, FixturePod.Cart1, Events.Server, FixturePod.Front.Ip, 0, false);
            foreach (var pod in FixturePod.All)
            {
                nodeOf(pod).Rows("network_stats").Add(
                    ("time_", Events.Time(sample * Step)),
                    ("pod_id", pod.Id),
                    ("rx_bytes", sample * 2000),
                    ("rx_packets", sample * 20),
                    ("rx_errors", sample),
                    ("rx_drops", sample * 2),
                    ("tx_bytes", sample * 1000),
                    ("tx_packets", sample * 10),
                    ("tx_errors", sample * 3),
                    ("tx_drops", sample * 4));
            }
        }
    }

    private static void AddConnection(
        Func<FixturePod, FixtureNode> nodeOf, int sample, FixturePod pod, int role, string peer, int port, bool ssl) =>
        nodeOf(pod).Rows("conn_stats").Add(
            ("time_", Events.Time(sample * Step)),
            ("upid", pod.Upid.ToUInt128()),
            ("remote_addr", peer),
            ("remote_port", port),
            ("trace_role", role),
            ("addr_family", 1),
            ("protocol", Http),
            ("ssl", ssl),
            ("conn_open", 1 + sample),
            ("conn_close", sample),
            ("conn_active", 1),
            ("bytes_sent", sample * 500),
            ("bytes_recv", sample * 1500));
}
