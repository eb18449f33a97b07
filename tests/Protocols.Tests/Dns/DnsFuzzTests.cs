using System.Text.Json;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Dns;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Protocols.Tests.Dns;

/// <summary>Recorded conversations with changed, lost and cut bytes; seeded.</summary>
public sealed class DnsFuzzTests
{
    private const int Rounds = 400;
    private const long MaxRetainedBytes = 4 << 20;

    [Theory]
    [InlineData("dns/bind-dig-udp")]
    [InlineData("dns/bind-dig-tcp")]
    [InlineData("dns/bind-pipelined-tcp")]
    public void OnData_ChangedConversations_NeverThrowAndStayBounded(string name)
    {
        var chunks = Recording.Read(name).SelectMany(connection => connection).ToArray();
        for (var seed = 0; seed < Rounds; seed++)
        {
            var random = new Random(seed);
            using var dns = new SessionHarness(
                new DnsProtocol(new FramingOptions { StreamBytes = 16 << 10, MaxPendingRequests = 16 }),
                (Role)random.Next(3),
                midstream: random.Next(4) == 0,
                isDatagram: name.EndsWith("udp", StringComparison.Ordinal));

            for (var i = 0; i < 40; i++)
            {
                Feed(dns, chunks[random.Next(chunks.Length)], random, i * 100_000_000L);
                Assert.InRange(dns.Session.RetainedBytes, 0, MaxRetainedBytes);
            }

            dns.Close(long.MaxValue / 2);
            Assert.Equal(0, dns.Session.RetainedBytes);
            Assert.All(dns.Rows, AssertJson);
        }
    }

    private static void Feed(SessionHarness dns, RecordedChunk chunk, Random random, long timeNs)
    {
        var bytes = chunk.Bytes.ToArray();
        for (var changes = random.Next(4); changes > 0; changes--)
        {
            bytes[random.Next(bytes.Length)] = (byte)(random.Next(2) == 0 ? 0xc0 : random.Next(256));
        }

        if (random.Next(8) == 0)
        {
            dns.Miss(chunk.Direction, (ulong)random.Next(100));
        }

        var length = random.Next(8) == 0 ? random.Next(bytes.Length) : bytes.Length;
        dns.Send(chunk.Direction, bytes.AsSpan(0, length), timeNs);
        if (random.Next(8) == 0)
        {
            dns.Tick(timeNs);
        }
    }

    private static void AssertJson(RecordedRow row)
    {
        foreach (var column in (string[])["req_header", "req_body", "resp_header", "resp_body"])
        {
            if (row.Text(column) is { Length: > 0 } text)
            {
                JsonDocument.Parse(text).Dispose();
            }
        }
    }
}
