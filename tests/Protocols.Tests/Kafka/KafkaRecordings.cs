using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Kafka;
using PixieOrleans.TestKit;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Protocols.Tests.Kafka;

/// <summary>Bytes of real peers, recorded by Fixtures/record-kafka.py; each file names its origin.</summary>
internal static class KafkaRecordings
{
    public static string[] Names { get; } = ["kcat", "python", "confluent"];

    /// <summary>The connections of a recording, chunk by chunk as seen by the broker.</summary>
    public static IReadOnlyList<IReadOnlyList<RecordedChunk>> Read(string name) =>
        Recording.Read($"kafka/{name}");

    /// <summary>The rows of all connections; nothing may be lost or left over.</summary>
    public static List<RecordedRow> Replay(string name, int chunk, int frameBytes = 64 << 10, Role role = Role.None)
    {
        var rows = new List<RecordedRow>();
        var protocol = new KafkaProtocol(new FramingOptions { FrameBytes = frameBytes });
        foreach (var connection in Read(name))
        {
            using var kafka = new SessionHarness(protocol, role);
            var timeNs = 0L;
            foreach (var (direction, bytes) in connection)
            {
                foreach (var piece in Fragments.InChunks(bytes, chunk))
                {
                    kafka.Send(direction, piece.Bytes, ++timeNs);
                }
            }

            rows.AddRange(kafka.Close(++timeNs).Rows);
            Assert.Equal(
                (0L, 0L, 0L),
                (kafka.Counters.InvalidFrames, kafka.Counters.DroppedBytes, kafka.Session.RetainedBytes));
        }

        return rows;
    }
}
