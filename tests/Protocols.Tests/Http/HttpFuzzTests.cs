using PixieOrleans.Model;
using PixieOrleans.Protocols.Http;
using PixieOrleans.TestKit;

namespace PixieOrleans.Protocols.Tests.Http;

/// <summary>Conversations with changed, cut, lost, repeated and reordered bytes. Seeded.</summary>
public sealed class HttpFuzzTests
{
    private const int Rounds = 3000;
    private const long MaxRetainedBytes = 4 << 20;

    private static readonly string[] Pieces =
    [
        "GET / HTTP/1.1\r\n", "POST /a HTTP/1.1\r\n", "HEAD /h HTTP/1.0\r\n", "CONNECT x:1 HTTP/1.1\r\n",
        "HTTP/1.1 200 OK\r\n", "HTTP/1.1 204 No\r\n", "HTTP/1.1 100 Go\r\n", "HTTP/1.1 101 Up\r\n", "HTTP/1.0 500 \r\n",
        "Content-Length: 5\r\n", "Content-Length: 0\r\n", "Content-Length: 70000\r\n", "Transfer-Encoding: chunked\r\n",
        "Content-Encoding: gzip\r\n", "Content-Encoding: deflate\r\n", "Content-Type: text/html\r\n",
        "Content-Type: application/json\r\n", "Content-Type: application/x-www-form-urlencoded\r\n",
        "Connection: close\r\n", "A: \"\\\xff\r\n", "Host: h\r\n", "\r\n", "\r\n", "\r\n", "hello", "5\r\nhello\r\n",
        "0\r\n\r\n", "0\r\nT: x\r\n\r\n", "\x1f\x8b\x08\0\0\0\0\0\0\x03", "%41+b", "\n", "\r", "ffff\r\n",
    ];

    [Fact]
    public void OnData_ChangedConversations_NeverThrowAndStayBounded()
    {
        for (var seed = 1; seed <= Rounds; seed++)
        {
            try
            {
                Run(new Random(seed));
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
        }
    }

    [Fact]
    public void OnData_ValidConversationsInRandomPieces_WriteTheSameRows()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var (request, response, count) = Conversation(random);
            var whole = Rows(request, response, null);

            var pieces = Rows(request, response, random);

            Assert.Equal(count, whole.Length);
            Assert.Equal(whole, pieces);
        }
    }

    private static void Run(Random random)
    {
        using var http = new HttpHarness(
            new HttpOptions { StreamBytes = 16 << 10, MaxPendingRequests = 32, MaxHeaderBlockBytes = 4096 },
            (Role)random.Next(3),
            midstream: random.Next(4) == 0);
        var events = new List<(Direction Direction, Fragment Fragment)>();
        foreach (var direction in (Direction[])[Direction.Ingress, Direction.Egress])
        {
            var bytes = random.Next(2) == 0 ? Mutate(random, Valid(random, direction)) : Soup(random);
            events.AddRange(Fragments.InChunks(bytes, random.Next(1, 400)).Select(f => (direction, f)));
        }

        events = Disturb(random, events);
        var timeNs = 1_000_000_000L;
        foreach (var (direction, fragment) in events)
        {
            timeNs += random.Next(0, 100_000_000);
            http.SendFragment(direction, fragment, timeNs);
            if (random.Next(20) == 0)
            {
                http.Session.OnTick(timeNs += random.NextInt64(3_000_000_000));
            }

            Assert.InRange(http.Session.RetainedBytes, 0, MaxRetainedBytes);
        }

        http.Close(timeNs);
        Assert.Equal(0, http.Session.RetainedBytes);
        Assert.Equal(http.Counters.Records, http.Rows.Count);
    }

    private static List<(Direction Direction, Fragment Fragment)> Disturb(
        Random random, List<(Direction Direction, Fragment Fragment)> events)
    {
        var disturbed = new List<(Direction, Fragment)>();
        foreach (var one in events.OrderBy(e => e.Fragment.Position))
        {
            switch (random.Next(12))
            {
                case 0:
                    break; // lost
                case 1:
                    disturbed.Add(one);
                    disturbed.Add(one); // repeated
                    break;
                case 2:
                    disturbed.Insert(random.Next(disturbed.Count + 1), one); // out of order
                    break;
                case 3:
                    disturbed.Add((one.Direction, one.Fragment with { Bytes = [] })); // known, not captured
                    break;
                default:
                    disturbed.Add(one);
                    break;
            }
        }

        return disturbed;
    }

    private static byte[] Soup(Random random) => HttpHarness.Bytes(
        string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => Pieces[random.Next(Pieces.Length)])));

    private static byte[] Valid(Random random, Direction direction)
    {
        var (request, response, _) = Conversation(random);
        return [.. (direction == Direction.Ingress ? request : response).SelectMany(m => m)];
    }

    private static byte[] Mutate(Random random, byte[] bytes)
    {
        for (var i = random.Next(0, 6); i > 0 && bytes.Length > 0; i--)
        {
            var value = random.Next(3) == 0 ? "\r\n: 0"u8[random.Next(5)] : (byte)random.Next(256);
            bytes[random.Next(bytes.Length)] = value;
        }

        return bytes;
    }

    private static (byte[][] Requests, byte[][] Responses, int Count) Conversation(Random random)
    {
        var count = random.Next(1, 8);
        var (requests, responses) = (new byte[count][], new byte[count][]);
        for (var i = 0; i < count; i++)
        {
            var head = random.Next(6) == 0;
            requests[i] = head
                ? HttpHarness.Bytes($"HEAD /{i} HTTP/1.1\r\n\r\n")
                : [.. HttpHarness.Bytes($"POST /{i} HTTP/1.1\r\nContent-Type: text/plain\r\n"), .. Body(random)];
            responses[i] = head
                ? "HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n"u8.ToArray()
                : [.. HttpHarness.Bytes($"HTTP/1.1 2{i}0 OK\r\nContent-Type: text/html\r\n"), .. Body(random)];
        }

        return (requests, responses, count);
    }

    private static byte[] Body(Random random)
    {
        var text = new string((char)random.Next('a', 'z'), random.Next(0, 800));
        if (random.Next(2) == 0)
        {
            return HttpHarness.Bytes($"Content-Length: {text.Length}\r\n\r\n{text}");
        }

        var half = text.Length / 2;
        var chunks = string.Concat(new[] { text[..half], text[half..] }.Where(t => t.Length > 0)
            .Select(t => $"{t.Length:X}\r\n{t}\r\n"));
        return HttpHarness.Bytes($"Transfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n");
    }

    // Exchange by exchange; with a random source also in pieces, some of them repeated.
    private static string[] Rows(byte[][] requests, byte[][] responses, Random? random)
    {
        using var http = new HttpHarness();
        for (var i = 0; i < requests.Length; i++)
        {
            (Direction, byte[])[] exchange = [(Direction.Ingress, requests[i]), (Direction.Egress, responses[i])];
            foreach (var (direction, bytes) in exchange)
            {
                for (var at = 0; at < bytes.Length;)
                {
                    var length = Math.Min(bytes.Length - at, random?.Next(1, 200) ?? bytes.Length);
                    http.Send(direction, bytes[at..(at + length)], i);
                    at += length;
                }
            }
        }

        return [.. http.Rows.Select(r => $"{r.Summary} {r.Text("req_body")} {r.Text("resp_body")}")];
    }
}
