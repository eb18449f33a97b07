using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Mysql;
using PixieOrleans.TestKit;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Protocols.Tests.Mysql;

/// <summary>Bytes of real peers, recorded by Fixtures/record-mysql.py; each file names its origin.</summary>
internal static class MysqlRecording
{
    /// <summary>The connections of a recording: chunks in the order seen.</summary>
    public static IReadOnlyList<IReadOnlyList<RecordedChunk>> Read(string name) =>
        Recording.Read($"mysql/{name}");

    /// <summary>Plays a recording to a traced server, in chunks; the connections one behind the other.</summary>
    public static List<SessionHarness> Replay(string name, int chunk = int.MaxValue, FramingOptions? options = null)
    {
        var sessions = new List<SessionHarness>();
        var timeNs = 0L;
        foreach (var connection in Read(name))
        {
            var session = new SessionHarness(new MysqlProtocol(options ?? new FramingOptions()), Role.None);
            sessions.Add(session);
            foreach (var (direction, bytes) in connection)
            {
                foreach (var piece in Fragments.InChunks(bytes, chunk))
                {
                    session.Send(direction, piece.Bytes, ++timeNs);
                }
            }

            session.Close(++timeNs);
            session.Dispose();
        }

        return sessions;
    }

    /// <summary>A row as "command request -> status answer".</summary>
    public static string Summary(RecordedRow row) =>
        $"{row.Int("req_cmd")} {row.Text("req_body")} -> {row.Int("resp_status")} {row.Text("resp_body")}";
}
