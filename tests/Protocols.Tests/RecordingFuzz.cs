using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Protocols.Tests;

/// <summary>
/// A second of fuzzing: recorded conversations with changed, lost and repeated bytes, seeded. What takes longer and is
/// led by coverage is in tests/Soak.
/// </summary>
internal static class RecordingFuzz
{
    private const int Rounds = 400;
    private const long MaxRetainedBytes = 4 << 20;

    /// <summary>Fails by an exception, or by memory that is held.</summary>
    public static void Run(
        IEnumerable<IReadOnlyList<RecordedChunk>> conversations, Func<FramingOptions, ProtocolDefinition> protocol)
    {
        var connections = conversations.ToList();
        for (var seed = 0; seed < Rounds; seed++)
        {
            try
            {
                Run(new Random(seed), connections[seed % connections.Count], protocol);
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
        }
    }

    private static void Run(
        Random random, IReadOnlyList<RecordedChunk> connection, Func<FramingOptions, ProtocolDefinition> protocol)
    {
        var options = new FramingOptions { FrameBytes = 256 << random.Next(8), StreamBytes = 1 << 16 };
        var role = random.Next(3) == 0 ? Role.None : Role.Server;
        using var session = new SessionHarness(protocol(options), role, midstream: random.Next(4) == 0);
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
                    session.Miss(direction, (ulong)bytes.Length);
                    break;
                case 1:
                    session.Send(direction, bytes.AsSpan(0, bytes.Length / 2), ++timeNs);
                    session.Miss(direction, (ulong)random.Next(40));
                    break;
                default:
                    session.Send(direction, bytes, ++timeNs);
                    break;
            }

            timeNs += random.Next(2) * 1_500_000_000L;
            session.Tick(timeNs);
            Assert.InRange(session.Session.RetainedBytes, 0, MaxRetainedBytes);
        }

        session.Close(++timeNs);
        Assert.Equal(0, session.Session.RetainedBytes);
    }
}
