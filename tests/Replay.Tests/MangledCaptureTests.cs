using System.Buffers.Binary;
using System.IO.Compression;

namespace PixieOrleans.Replay.Tests;

/// <summary>Recordings whose packets are shuffled, repeated, lost, wrapped, cut.</summary>
public sealed class MangledCaptureTests
{
    private const int LinkBytes = 14; // Ethernet
    private const int SequenceAt = LinkBytes + 20 + 4;
    private const int FlagsAt = LinkBytes + 20 + 13;
    private const byte Syn = 2;

    private static readonly (string Recording, string Table, string[] Columns)[] Cases =
    [
        ("pgsql.pcap", "pgsql_events", ["req_cmd", "req", "resp"]),
        ("redis.pcap", "redis_events", ["req_cmd", "req_args", "resp"]),
        ("mysql.pcap", "mysql_events", ["req_cmd", "req_body", "resp_status"]),
        ("amqp.pcap", "amqp_events", ["req_class_id", "req_method_id", "resp_class_id", "req_msg"]),
        ("kafka.pcap", "kafka_events.beta", ["req_cmd", "req_body", "resp"]),
    ];

    public static TheoryData<string> Recordings => [.. Cases.Select(item => item.Recording)];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Packets_EachTwice_GiveTheSameRows(string recording)
    {
        var packets = Recording.Packets(recording).SelectMany(packet => new[] { packet, packet });

        var replayed = Replayed.Of(packets);

        AssertSameRows(recording, replayed);
        Assert.True(replayed.Summary.Streams.RepeatedBytes > 0);
        Assert.Equal(0, replayed.Summary.Streams.Gaps);
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Packets_ShuffledAmongNeighbours_GiveTheSameRows(string recording)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var replayed = Replayed.Of(Shuffle(Recording.Packets(recording), 4, new Random(seed)));

            AssertSameRows(recording, replayed);
            Assert.Equal(0, replayed.Summary.Streams.Gaps);
        }
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void SequenceNumbers_AroundZero_GiveTheSameRows(string recording)
    {
        var packets = Recording.Packets(recording);
        var first = new Dictionary<ushort, uint>();
        foreach (var packet in packets)
        {
            Renumber(packet.Bytes, first); // connections start 200 bytes before the numbers wrap
        }

        AssertSameRows(recording, Replayed.Of(packets));
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Packets_SomeLost_GiveNoWrongRowsAndCountGaps(string recording)
    {
        var (_, table, columns) = Case(recording);
        var whole = Replayed.Of(recording).Rows(table, columns).ToHashSet();
        for (var seed = 0; seed < 10; seed++)
        {
            var random = new Random(seed);
            var packets = Recording.Packets(recording).Where(p => IsSyn(p) || random.Next(20) != 0).ToList();

            var replayed = Replayed.Of(packets);

            Assert.True(replayed.Summary.Streams.Faults == 0, replayed.Summary.Streams.FirstFault);
            var rows = replayed.Rows(table, columns);
            var right = rows.Count(whole.Contains); // of the others a part is lost
            Assert.True(right * 10 > rows.Count * 7, $"seed {seed}: {right} of {rows.Count} rows");
            Assert.All(rows, row => Assert.True(whole.Any(known => IsPartOf(row, known)), $"seed {seed}: {row}"));
        }
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Beginning_Missing_GivesTheRestOfTheRows(string recording)
    {
        var (_, table, columns) = Case(recording);
        var packets = Recording.Packets(recording);
        var whole = Replayed.Of(recording).Rows(table, columns);

        var replayed = Replayed.Of(packets.Skip(packets.Count / 2));

        Assert.True(replayed.Summary.Streams.Midstream > 0);
        Assert.NotEmpty(replayed.Rows(table, columns).Intersect(whole));
    }

    [Fact]
    public void File_CutAtEveryByte_GivesTheRowsBeforeTheCut()
    {
        var file = Recording.Bytes("nats.pcap");
        var whole = Replayed.Of(file).Rows("nats_events.beta", "cmd", "body");
        for (var length = 24; length < file.Length; length++)
        {
            var replayed = Replayed.Of(file[..length]);

            var rows = replayed.Rows("nats_events.beta", "cmd", "body");
            Assert.Equal(whole.Take(rows.Count), rows);
        }

        Assert.Contains("cut within the record", Replayed.Of(file[..^1]).Summary.Damage, StringComparison.Ordinal);
    }

    [Fact]
    public void File_CutAtEveryByteOfAPcapng_IsRead()
    {
        var file = Recording.Bytes("http.pcapng");
        var last = 0;
        for (var length = 12; length < file.Length; length += 61)
        {
            var rows = Replayed.Of(file[..length]).Rows("http_events", "req_path").Count;
            Assert.True(rows >= last - 1, $"{rows} rows of {length} bytes, {last} before");
            last = rows;
        }
    }

    [Fact]
    public void File_AnyByteChanged_IsReadWithoutFault()
    {
        var file = Recording.Bytes("nats.pcap");
        var random = new Random(7);
        for (var i = 24; i < file.Length; i++)
        {
            var changed = (byte[])file.Clone();
            changed[i] ^= (byte)random.Next(1, 256);

            var replayed = Replayed.Of(changed);

            Assert.True(replayed.Summary.Streams.Faults == 0, replayed.Summary.Streams.FirstFault);
        }
    }

    [Fact]
    public void File_CompressedAndCut_IsReadAsFarAsItGoes()
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
        {
            gzip.Write(Recording.Bytes("http.pcap"));
        }

        var file = compressed.ToArray();
        Assert.Equal(9, Replayed.Of(file).Rows("http_events", "req_path").Count);
        Assert.InRange(Replayed.Of(file[..(file.Length / 2)]).Rows("http_events", "req_path").Count, 1, 8);
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Packets_InVlans_GiveTheSameRows(string recording)
    {
        var packets = Recording.Packets(recording).Select(p => p with
        {
            Bytes = [.. p.Bytes[..12], 0x88, 0xa8, 0, 5, 0x81, 0, 0, 7, .. p.Bytes[12..]],
        });

        AssertSameRows(recording, Replayed.Of([.. packets.Select(p => new Packet(p.TimeNs, p.Bytes))]));
    }

    [Fact]
    public void Packets_CutWhenCaptured_CountAndGiveWhatTheyHold()
    {
        var packets = Recording.Packets("http.pcap").Select(p => p.Bytes.Length <= 400
            ? p
            : new Packet(p.TimeNs, p.Bytes[..400]) { OriginalLength = p.Bytes.Length });

        var replayed = Replayed.Of(Recording.ToPcap(packets));

        Assert.Equal(3, replayed.Summary.Packets.CutPayloads); // the answers of 12,000 bytes
        Assert.True(replayed.Summary.Packets.CutBytes > 30_000);
        Assert.Equal(9, replayed.Rows("http_events", "req_path").Count);
    }

    [Fact]
    public void Fragments_OfDatagrams_AreDroppedAndCounted()
    {
        var packets = Recording.Packets("dns.pcap");
        foreach (var packet in packets.Where(packet => packet.Bytes[LinkBytes + 9] == 17))
        {
            packet.Bytes[LinkBytes + 6] = 0x20; // more fragments
        }

        var replayed = Replayed.Of(packets);

        Assert.Equal(12, replayed.Summary.Packets.Fragments);
        Assert.Equal(2, replayed.Rows("dns_events", "req_header").Count); // over TCP
    }

    private static (string, string Table, string[] Columns) Case(string recording) =>
        Cases.Single(item => item.Recording == recording);

    private static bool IsPartOf(string row, string whole)
    {
        var (cells, known) = (row.Split('|'), whole.Split('|'));
        return cells.Length == known.Length && cells.Zip(known).All(pair => IsCellOf(pair.First, pair.Second));
    }

    // The same; nothing; its beginning, marked; or the parameters of a statement whose text is lost.
    private static bool IsCellOf(string cell, string whole)
    {
        const string Mark = "... [TRUNCATED]";
        const string NoText = "query=[] ";
        return cell == whole || cell is "" or "0"
            || (cell.EndsWith(Mark, StringComparison.Ordinal)
                && whole.StartsWith(cell[..^Mark.Length], StringComparison.Ordinal))
            || (cell.StartsWith(NoText, StringComparison.Ordinal)
                && whole.StartsWith("query=[", StringComparison.Ordinal)
                && whole.EndsWith(cell[(NoText.Length - 1)..], StringComparison.Ordinal));
    }

    private static void AssertSameRows(string recording, Replayed replayed)
    {
        var (_, table, columns) = Case(recording);
        Assert.Equal(Replayed.Of(recording).Rows(table, columns).Order(), replayed.Rows(table, columns).Order());
    }

    // Moves packets up to some places; a handshake stays where it is.
    private static List<Packet> Shuffle(List<Packet> packets, int places, Random random) =>
    [
        .. packets.Select((packet, i) => (packet, Place: IsSyn(packet) ? i - places : i + random.Next(places)))
            .OrderBy(item => item.Place).Select(item => item.packet),
    ];

    private static bool IsSyn(Packet packet) => (packet.Bytes[FlagsAt] & Syn) != 0;

    private static void Renumber(byte[] bytes, Dictionary<ushort, uint> first)
    {
        var (source, destination) = (Port(bytes, 0), Port(bytes, 2));
        var sequence = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(SequenceAt));
        if (IsSyn(new Packet(0, bytes)))
        {
            first[source] = first.GetValueOrDefault(source) is var known && known != 0 ? known : sequence;
        }

        Shift(bytes.AsSpan(SequenceAt), first.GetValueOrDefault(source));
        Shift(bytes.AsSpan(SequenceAt + 4), first.GetValueOrDefault(destination));
    }

    private static ushort Port(byte[] bytes, int at) =>
        BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(LinkBytes + 20 + at));

    private static void Shift(Span<byte> number, uint first) => BinaryPrimitives.WriteUInt32BigEndian(
        number, BinaryPrimitives.ReadUInt32BigEndian(number) - first - 200);
}
