using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Mongodb;
using PixieOrleans.TestKit;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Protocols.Tests.Mongodb;

/// <summary>
/// Bytes of real drivers, recorded by Fixtures/record-mongodb.py; each file names its origin. Zstandard is not decoded,
/// so a write that nobody acknowledges is not known there and waits for its answer.
/// </summary>
internal static class MongodbRecordings
{
    public static string[] Names { get; } =
    [
        "pymongo", "pymongo-snappy", "pymongo-zlib", "pymongo-zstd", "node", "node-snappy", "node-zlib", "dotnet",
        "dotnet-zlib",
    ];

    public static IReadOnlyList<IReadOnlyList<RecordedChunk>> Read(string name) =>
        Recording.Read($"mongo/{name}");

    /// <summary>The rows of all connections; nothing may be lost or left over.</summary>
    public static List<RecordedRow> Replay(string name, int chunk, int frameBytes = 64 << 10, Role role = Role.None)
    {
        var rows = new List<RecordedRow>();
        var protocol = new MongodbProtocol(new FramingOptions { FrameBytes = frameBytes });
        foreach (var connection in Read(name))
        {
            using var mongodb = new SessionHarness(protocol, role);
            var timeNs = 0L;
            foreach (var (direction, bytes) in connection)
            {
                foreach (var piece in Fragments.InChunks(bytes, chunk))
                {
                    mongodb.Send(direction, piece.Bytes, ++timeNs);
                }
            }

            rows.AddRange(mongodb.Close(++timeNs).Rows);
            var counters = mongodb.Counters;
            Assert.Equal(
                (0L, 0L, name == "pymongo-zstd" ? counters.RequestsWithoutResponse : 0, 0L, 0L),
                (counters.InvalidFrames, counters.DroppedBytes, counters.RequestsWithoutResponse,
                    counters.ResponsesWithoutRequest, mongodb.Session.RetainedBytes));
        }

        return rows;
    }
}
