using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.TestKit;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Protocols.Tests;

/// <summary>Bytes between real brokers and clients, recorded by Fixtures/record-mq.py; each file names its origin.
/// </summary>
internal static class BrokerFixture
{
    private const long MaxRetainedBytes = 4 << 20;

    /// <summary>Rows of all connections of a file in pieces of so many bytes, at times 1, 2, 3 ... per chunk.</summary>
    public static List<RecordedRow> Replay(
        Func<FramingOptions, ProtocolDefinition> protocol, string name, int chunk = int.MaxValue, int? invalid = 0,
        FramingOptions? options = null)
    {
        var rows = new List<RecordedRow>();
        foreach (var connection in Recording.Read(name))
        {
            using var harness = new SessionHarness(protocol(options ?? new FramingOptions()), Role.None);
            var timeNs = 0L;
            foreach (var (direction, bytes) in connection)
            {
                timeNs++;
                foreach (var piece in Fragments.InChunks(bytes, chunk))
                {
                    harness.Send(direction, piece.Bytes, timeNs);
                }
            }

            rows.AddRange(harness.Close(timeNs + 1).Rows);
            Assert.Equal(invalid ?? harness.Counters.InvalidFrames, harness.Counters.InvalidFrames);
            Assert.Equal(0, harness.Session.RetainedBytes);
        }

        return rows;
    }

    /// <summary>Sends a file's bytes with some of them changed, cut, lost or repeated; fails by an exception or too
    /// much memory held.</summary>
    public static void Fuzz(Func<FramingOptions, ProtocolDefinition> protocol, string name, int rounds)
    {
        var connections = Recording.Read(name);
        for (var seed = 0; seed < rounds; seed++)
        {
            var random = new Random(seed);
            var role = random.Next(3) switch { 0 => Role.None, 1 => Role.Server, _ => Role.Client };
            using var harness = new SessionHarness(protocol(new FramingOptions()), role, random.Next(2) == 0);
            var timeNs = 0L;
            foreach (var (direction, original) in connections[random.Next(connections.Count)])
            {
                Send(harness, direction, original, random, timeNs += 1_000_000);
                Assert.True(harness.Session.RetainedBytes < MaxRetainedBytes, $"seed {seed}");
            }

            harness.Close(timeNs);
            Assert.Equal(0, harness.Session.RetainedBytes);
        }
    }

    private static void Send(
        SessionHarness harness, Direction direction, byte[] original, Random random, long timeNs)
    {
        var bytes = (byte[])original.Clone();
        switch (random.Next(8))
        {
            case 0:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                break;
            case 1:
                bytes = bytes[..random.Next(bytes.Length)];
                break;
            case 2:
                harness.Miss(direction, (ulong)random.Next(1, 100_000)).Tick(timeNs + 2_000_000_000);
                break;
            case 3:
                random.NextBytes(bytes.AsSpan(random.Next(bytes.Length)));
                break;
            case 4:
                harness.Send(direction, bytes, timeNs);
                break;
        }

        foreach (var piece in Fragments.InChunks(bytes, random.Next(1, 2000)))
        {
            harness.Send(direction, piece.Bytes, timeNs);
        }
    }
}
