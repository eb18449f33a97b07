namespace PixieOrleans.Scripts.Tests.Fixtures;

/// <summary>Mux, of which there is no real peer to record: dispatches of one pod to another.</summary>
internal static class MuxRows
{
    private const int Messages = 12;
    private const int Dispatch = 2;

    public static void Write(Func<FixturePod, FixtureNode> nodeOf)
    {
        for (var n = 0; n < Messages; n++)
        {
            nodeOf(FixturePod.Broker).Rows("mux_events").Add(Events.Row(
                n, FixturePod.Broker, Events.Server, FixturePod.Cart2.Ip, 9990,
                ("req_type", Dispatch), ("latency", Events.Latency(n))));
        }
    }
}
