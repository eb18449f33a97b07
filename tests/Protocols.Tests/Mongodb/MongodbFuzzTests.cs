using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Mongodb;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Protocols.Tests.Mongodb;

/// <summary>Recorded conversations with changed, lost and repeated bytes. Seeded.</summary>
public sealed class MongodbFuzzTests
{
    private const int Rounds = 400;
    private const long MaxRetainedBytes = 4 << 20;

    [Fact]
    public void OnData_ChangedConversations_NeverThrowAndStayBounded()
    {
        var connections = MongodbRecordings.Names.SelectMany(MongodbRecordings.Read).ToList();
        for (var seed = 0; seed < Rounds; seed++)
        {
            try
            {
                Run(new Random(seed), connections[seed % connections.Count]);
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
        }
    }

    private static void Run(Random random, IReadOnlyList<RecordedChunk> connection)
    {
        var options = new FramingOptions { FrameBytes = 256 << random.Next(8), StreamBytes = 1 << 16 };
        var role = random.Next(3) == 0 ? Role.None : Role.Server;
        using var mongodb = new SessionHarness(new MongodbProtocol(options), role, midstream: random.Next(4) == 0);
        var timeNs = 0L;
        foreach (var (direction, original) in connection)
        {
            var bytes = original.ToArray();
            for (var changes = random.Next(3); changes > 0; changes--)
            {
                bytes[random.Next(Math.Min(bytes.Length, 200))] = (byte)random.Next(256);
            }

            switch (random.Next(12))
            {
                case 0:
                    mongodb.Miss(direction, (ulong)bytes.Length);
                    break;
                case 1:
                    mongodb.Send(direction, bytes.AsSpan(0, bytes.Length / 2), ++timeNs);
                    mongodb.Miss(direction, (ulong)random.Next(40));
                    break;
                default:
                    mongodb.Send(direction, bytes, ++timeNs);
                    break;
            }

            timeNs += random.Next(2) * 1_500_000_000L;
            mongodb.Tick(timeNs);
            Assert.InRange(mongodb.Session.RetainedBytes, 0, MaxRetainedBytes);
        }

        mongodb.Close(++timeNs);
        Assert.Equal(0, mongodb.Session.RetainedBytes);
    }
}
