using System.Text;
using PixieOrleans.Replay.Connections;
using PixieOrleans.Replay.Packets;

namespace PixieOrleans.Replay.Tests.Connections;

public sealed class TcpReassemblyTests : IByteSink
{
    private const uint ClientStart = 0xffff_fffe; // the numbers wrap behind two bytes
    private const uint ServerStart = 5000;
    private const long Second = 1_000_000_000;

    private readonly StreamCounters _counters = new();
    private readonly StringBuilder _seen = new();
    private readonly TcpReassembly _tcp;
    private long _timeNs = Second;

    public TcpReassemblyTests() => _tcp = new TcpReassembly(this, _counters, maxBytes: 64);

    [Fact]
    public void Segments_InOrder_ComeWithTheirPositions()
    {
        Handshake();
        Client(0, "abcd");
        Server(0, "xy", acknowledged: 4);
        Client(4, "ef", acknowledged: 2);

        Assert.Equal("0@0=abcd 1@0=xy 0@4=ef ", $"{_seen}");
        Assert.Equal((0, 0, false), (_counters.Gaps, _counters.RepeatedBytes, _tcp.IsMidstream));
    }

    [Fact]
    public void Segments_OutOfOrder_WaitForTheOneBefore()
    {
        Handshake();
        Client(4, "ef");
        Client(2, "cd");
        Client(0, "ab");

        Assert.Equal("0@0=ab 0@2=cd 0@4=ef ", $"{_seen}");
        Assert.Equal(2, _counters.OutOfOrder);
    }

    [Fact]
    public void Overlap_OfOtherBytes_TheFirstCopyCounts()
    {
        Handshake();
        Client(2, "CD");
        Client(0, "abxxef");
        Client(0, "______");

        Assert.Equal("0@0=ab 0@2=CD 0@4=ef ", $"{_seen}");
        Assert.Equal(8, _counters.RepeatedBytes);
    }

    [Fact]
    public void KeepAlive_OfOneByteBeforeTheEnd_IsARepeat()
    {
        Handshake();
        Client(0, "abcd");
        Client(3, "\0");

        Assert.Equal("0@0=abcd ", $"{_seen}");
    }

    [Fact]
    public void Answer_BeforeTheRequestItAcknowledges_Waits()
    {
        Handshake();
        Server(0, "answer", acknowledged: 5);
        Client(0, "query");

        Assert.Equal("0@0=query 1@0=answer ", $"{_seen}");
        Assert.Equal(0, _counters.Gaps);
    }

    [Fact]
    public void Hole_ThatIsAcknowledged_IsGivenUpAfterASecond()
    {
        Handshake();
        Client(3, "def");
        Server(0, "x", acknowledged: 6);
        Assert.Equal("", $"{_seen}");

        _timeNs += Second;
        _tcp.Tick(_timeNs);

        Assert.Equal("0@3=def 1@0=x ", $"{_seen}");
        Assert.Equal((1, 3), (_counters.Gaps, _counters.GapBytes));
    }

    [Fact]
    public void Hole_ThatIsNotAcknowledged_WaitsForTheRetransmission()
    {
        Handshake();
        Client(3, "def");
        _timeNs += 10 * Second;
        _tcp.Tick(_timeNs);
        Client(0, "abc");

        Assert.Equal("0@0=abc 0@3=def ", $"{_seen}");
        Assert.Equal(0, _counters.Gaps);
    }

    [Fact]
    public void Hole_BeforeMoreBytesThanMayWait_IsGivenUp()
    {
        Handshake();
        for (var position = 10u; position < 200; position += 10)
        {
            Client(position, "0123456789");
        }

        Assert.StartsWith("0@10=0123456789 0@20=", $"{_seen}", StringComparison.Ordinal);
        Assert.Equal(1, _counters.Gaps);
        Assert.True(_tcp.RetainedBytes < 8192);
    }

    [Fact]
    public void Answer_WithoutItsRequest_TellsTheGapFirst()
    {
        Handshake();
        Server(0, "answer", acknowledged: 5);
        _timeNs += Second;
        _tcp.Tick(_timeNs);

        Assert.Equal("0@5= 1@0=answer ", $"{_seen}");
    }

    [Fact]
    public void Beginning_Missing_CountsFromTheFirstSegment()
    {
        Take(0, 77_000, 99_000, TcpFlags.Ack, "abc");
        Take(1, 99_000, 77_003, TcpFlags.Ack, "xyz");

        Assert.Equal("0@0=abc 1@0=xyz ", $"{_seen}");
        Assert.True(_tcp.IsMidstream);
    }

    [Fact]
    public void Ends_OfBothSides_CloseWhenAllBytesAreThere()
    {
        Handshake();
        Take(0, unchecked(ClientStart + 1 + 3), ServerStart + 1, TcpFlags.Fin | TcpFlags.Ack, "");
        Take(1, ServerStart + 1, ClientStart + 1, TcpFlags.Fin | TcpFlags.Ack, "");
        Assert.False(_tcp.IsClosed);

        Client(0, "abc");

        Assert.True(_tcp.IsClosed);
        Assert.Equal("0@0=abc ", $"{_seen}");
    }

    [Fact]
    public void Reset_ClosesAfterAMoment_AndANewHandshakeIsAnotherConnection()
    {
        Handshake();
        Take(0, ClientStart + 1, 0, TcpFlags.Rst, "");
        Client(0, "abc");
        _timeNs += Second;
        _tcp.Tick(_timeNs);

        Assert.True(_tcp.IsClosed);
        Assert.Equal("0@0=abc ", $"{_seen}");
        Assert.True(_tcp.IsAnother(0, new TransportPacket { Sequence = 9, Flags = TcpFlags.Syn }));
    }

    [Fact]
    public void Handshake_Again_IsTheSameConnection()
    {
        Handshake();
        Client(0, "abc");

        Assert.False(_tcp.IsAnother(0, new TransportPacket { Sequence = ClientStart, Flags = TcpFlags.Syn }));
        Assert.True(_tcp.IsAnother(0, new TransportPacket { Sequence = 123, Flags = TcpFlags.Syn }));
    }

    /// <inheritdoc/>
    void IByteSink.OnBytes(int side, ulong position, long timeNs, ReadOnlySpan<byte> bytes) =>
        _seen.Append($"{side}@{position}={Encoding.ASCII.GetString(bytes)} ");

    private void Handshake()
    {
        Take(0, ClientStart, 0, TcpFlags.Syn, "");
        Take(1, ServerStart, ClientStart + 1, TcpFlags.Syn | TcpFlags.Ack, "");
        Take(0, ClientStart + 1, ServerStart + 1, TcpFlags.Ack, "");
    }

    private void Client(uint position, string text, uint acknowledged = 0) =>
        Take(0, unchecked(ClientStart + 1 + position), ServerStart + 1 + acknowledged, TcpFlags.Ack, text);

    private void Server(uint position, string text, uint acknowledged = 0) =>
        Take(1, ServerStart + 1 + position, unchecked(ClientStart + 1 + acknowledged), TcpFlags.Ack, text);

    private void Take(int side, uint sequence, uint acknowledged, TcpFlags flags, string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        _tcp.Take(side, new TransportPacket
        {
            TimeNs = ++_timeNs,
            Sequence = sequence,
            Acknowledged = acknowledged,
            Flags = flags,
            Payload = bytes,
            PayloadLength = bytes.Length,
        });
    }
}
