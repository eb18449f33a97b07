using PixieOrleans.Model;
using PixieOrleans.Protocols.Cql;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.TestKit.Recordings;
using PixieOrleans.TestKit;

namespace PixieOrleans.Protocols.Tests.Cql;

/// <summary>Bytes of real drivers, recorded by Fixtures/record-cql.py; each file names its origin.</summary>
internal static class CqlRecordings
{
    public static string[] Names { get; } =
    [
        "python-v3", "python-v3-snappy", "python-v4-lz4", "python-v4-snappy", "python-v5", "python-v5-lz4", "node-v4",
    ];

    public static IReadOnlyList<IReadOnlyList<RecordedChunk>> Read(string name) =>
        Recording.Read($"cql/{name}");

    /// <summary>The rows of all connections; nothing may be lost or left over.</summary>
    public static List<RecordedRow> Replay(string name, int chunk, int frameBytes = 64 << 10, Role role = Role.None)
    {
        var rows = new List<RecordedRow>();
        var protocol = new CqlProtocol(new FramingOptions { FrameBytes = frameBytes });
        foreach (var connection in Read(name))
        {
            using var cql = new SessionHarness(protocol, role);
            var timeNs = 0L;
            foreach (var (direction, bytes) in connection)
            {
                foreach (var piece in Fragments.InChunks(bytes, chunk))
                {
                    cql.Send(direction, piece.Bytes, ++timeNs);
                }
            }

            rows.AddRange(cql.Close(++timeNs).Rows);
            var counters = cql.Counters;
            Assert.Equal(
                (0L, 0L, 0L, 0L, 0L),
                (counters.InvalidFrames, counters.DroppedBytes, counters.RequestsWithoutResponse,
                    counters.ResponsesWithoutRequest, cql.Session.RetainedBytes));
        }

        return rows;
    }
}
