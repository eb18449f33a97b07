using System.Text;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Pgsql;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Protocols.Tests.Pgsql;

/// <summary>Conversations of real peers, recorded by Fixtures/record-pgsql.py; each file names its origin.</summary>
internal static class PgsqlRecording
{
    public static string[] Names =>
        ["psql", "pgbench-simple", "pgbench-extended", "pgbench-prepared", "node-pg", "psycopg", "asyncpg"];

    /// <summary>The chunks of each connection, in the order seen.</summary>
    public static IReadOnlyList<IReadOnlyList<RecordedChunk>> Load(string name) =>
        Recording.Read($"pgsql/{name}");

    /// <summary>Rows of all connections, seen by the server or by the client, in pieces of a size.</summary>
    public static List<RecordedRow> Replay(string name, int chunk, Role role = Role.Server, bool midstream = false)
    {
        var rows = new List<RecordedRow>();
        foreach (var connection in Load(name))
        {
            using var pgsql = new SessionHarness(new PgsqlProtocol(new FramingOptions()), role, midstream);
            var timeNs = 1000L;
            foreach (var (direction, bytes) in connection)
            {
                timeNs += 1000;
                var seen = role == Role.Client
                    ? direction == Direction.Ingress ? Direction.Egress : Direction.Ingress
                    : direction;
                for (var at = 0; at < bytes.Length; at += Math.Min(chunk, bytes.Length - at))
                {
                    pgsql.Send(seen, bytes.AsSpan(at, Math.Min(chunk, bytes.Length - at)), timeNs);
                }
            }

            pgsql.Close();
            Assert.Equal(0, pgsql.Session.RetainedBytes);
            Assert.Equal((0, 0), (pgsql.Counters.InvalidFrames, pgsql.Counters.DroppedBytes));
            rows.AddRange(pgsql.Rows);
        }

        return rows;
    }

    public static string Summary(RecordedRow row) => $"{row.Text("req_cmd")}|{row.Text("req")}|{row.Text("resp")}";

    /// <summary>A message: tag, length, body.</summary>
    public static byte[] Message(char tag, params byte[][] fields)
    {
        var body = fields.SelectMany(field => field).ToArray();
        return [(byte)tag, .. Int32(body.Length + 4), .. body];
    }

    public static byte[] Int32(int value) =>
        [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    public static byte[] Int16(int value) => [(byte)(value >> 8), (byte)value];

    public static byte[] Ended(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    public static byte[] Query(string sql) => Message('Q', Ended(sql));

    public static byte[] Complete(string tag) => Message('C', Ended(tag));

    public static byte[] Ready => Message('Z', "I"u8.ToArray());
}
