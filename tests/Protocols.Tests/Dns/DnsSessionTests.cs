using PixieOrleans.Model;
using PixieOrleans.Protocols.Dns;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.TestKit;

namespace PixieOrleans.Protocols.Tests.Dns;

[Collection(AllocationCollection.Name)]
public sealed class DnsSessionTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void OnData_AnswersOutOfOrder_ArePairedById()
    {
        using var dns = Udp();

        dns.Request(DnsBytes.Ask(1, "a.test"), 1000).Request(DnsBytes.Ask(2, "b.test"), 1100);
        dns.Response(DnsBytes.Reply(2, "b.test"), 2000).Response(DnsBytes.Reply(1, "a.test"), 3000);

        Assert.Equal(["b.test 900", "a.test 2000"], dns.Rows.Select(Summary));
    }

    [Fact]
    public void OnData_BothSidesAskWithTheSameId_AreTwoExchanges()
    {
        using var dns = Udp();

        dns.Request(DnsBytes.Ask(1, "a.test"), 1000).Response(DnsBytes.Ask(1, "b.test"), 1100);
        dns.Response(DnsBytes.Reply(1, "a.test"), 2000).Request(DnsBytes.Reply(1, "b.test"), 3000);

        Assert.Equal(["a.test 1000", "b.test 1900"], dns.Rows.Select(Summary));
    }

    [Fact]
    public void OnData_AnswerToAnotherQuestionOfTheSameId_IsNoPair()
    {
        using var dns = Udp();

        dns.Request(DnsBytes.Ask(1, "new.test"), 1000).Response(DnsBytes.Reply(1, "old.test"), 1100);
        dns.Response(DnsBytes.Reply(1, "NEW.test"), 2000);

        Assert.Equal("new.test 1000", Summary(dns.Row));
        Assert.Equal(1, dns.Counters.ResponsesWithoutRequest);
    }

    [Fact]
    public void OnData_QueryAskedAgain_IsTwoRows()
    {
        using var dns = Udp();

        dns.Request(DnsBytes.Ask(1), 1000).Request(DnsBytes.Ask(1), 5000).Response(DnsBytes.Reply(1), 5100);

        Assert.Equal(["a.test 0", "a.test 100"], dns.Rows.Select(Summary));
        Assert.Equal(["", """{"answers":[{"name":"a.test","type":"A","addr":"10.0.0.1"}]}"""],
            dns.Rows.Select(row => row.Text("resp_body")));
        Assert.Equal(1, dns.Counters.RequestsWithoutResponse);
    }

    [Fact]
    public void OnTick_QueryWithoutAnswer_BecomesARow()
    {
        using var dns = Udp();

        dns.Request(DnsBytes.Ask(1), 1000).Tick(61 * Second);

        Assert.Equal(("a.test 0", "", ""), (Summary(dns.Row), dns.Row.Text("resp_header"), dns.Row.Text("resp_body")));
        Assert.Equal(1, dns.Counters.RequestsWithoutResponse);
    }

    [Theory]
    [InlineData(false, Role.Server)]
    [InlineData(true, Role.Client)]
    public void OnData_WithoutKnownRole_LearnsItFromTheQuery(bool isClient, Role role)
    {
        using var dns = new SessionHarness(new DnsProtocol(new FramingOptions()), Role.None, isDatagram: true);
        var asks = isClient ? Direction.Egress : Direction.Ingress;

        dns.Send(asks, DnsBytes.Ask(1), 1000);
        dns.Send(isClient ? Direction.Ingress : Direction.Egress, DnsBytes.Reply(1), 2000);

        Assert.Equal((long)role, dns.Row.Int("trace_role"));
    }

    [Fact]
    public void OnData_LostDatagrams_CostOnlyThemselves()
    {
        using var dns = Udp();

        dns.Request(DnsBytes.Ask(1), 1000).Miss(Direction.Egress, 40).Miss(Direction.Ingress, 25);
        dns.Request(DnsBytes.Ask(2), 1100).Response(DnsBytes.Reply(2), 1200).Close();

        Assert.Equal(["a.test 100", "a.test 0"], dns.Rows.Select(Summary));
        Assert.Equal((2, 65), (dns.Counters.Gaps, dns.Counters.GapBytes));
    }

    [Fact]
    public void OnData_StreamCutAtEveryByte_YieldsTheSameRow()
    {
        var (request, response) = (DnsBytes.OnStream(DnsBytes.Ask(1)), DnsBytes.OnStream(DnsBytes.Reply(1)));
        foreach (var requestCut in Fragments.AtEveryByte(request))
        {
            foreach (var responseCut in Fragments.AtEveryByte(response))
            {
                using var dns = Tcp();

                Array.ForEach(requestCut, piece => dns.SendFragment(Direction.Ingress, piece, 1000));
                Array.ForEach(responseCut, piece => dns.SendFragment(Direction.Egress, piece, 2000));

                Assert.Equal("a.test 1000", Summary(dns.Row));
            }
        }
    }

    [Fact]
    public void OnData_StreamJoinedInTheMiddle_BeginsWithAMessage()
    {
        using var dns = new SessionHarness(new DnsProtocol(new FramingOptions()), midstream: true);

        dns.Request("the end of something"u8, 900).Request(DnsBytes.OnStream(DnsBytes.Ask(1)), 1000);
        dns.Response(DnsBytes.OnStream(DnsBytes.Reply(7), DnsBytes.Reply(1)), 1500);

        Assert.Equal("a.test 500", Summary(dns.Row));
        Assert.Equal(1, dns.Counters.ResponsesWithoutRequest);
    }

    [Fact]
    public void OnTick_GapInAStream_LosesWhatItCovers()
    {
        using var dns = Tcp();

        dns.Request(DnsBytes.OnStream(DnsBytes.Ask(1)).AsSpan(0, 20), 1000).Miss(Direction.Ingress, 30);
        dns.Request(DnsBytes.OnStream(DnsBytes.Ask(2)), 1100).Tick(2 * Second);
        dns.Response(DnsBytes.OnStream(DnsBytes.Reply(2)), 2 * Second);

        Assert.Equal((1L, 2 * Second - 1100), (dns.Rows.Count, dns.Row.Int("latency")));
    }

    [Fact]
    public void OnData_GapInsideAnAnswer_KeepsWhatWasSeen()
    {
        using var dns = Tcp();
        var answer = DnsBytes.OnStream(DnsBytes.Reply(1));

        dns.Request(DnsBytes.OnStream(DnsBytes.Ask(1), DnsBytes.Ask(2)), 1000);
        dns.Response(answer.AsSpan(0, answer.Length - 3), 2000).Miss(Direction.Egress, 3);
        dns.Response(DnsBytes.OnStream(DnsBytes.Reply(2)), 3000).Tick(2 * Second);

        Assert.Equal(
            ["""{"answers":[],"truncated":true}""", """{"answers":[{"name":"a.test","type":"A","addr":"10.0.0.1"}]}"""],
            dns.Rows.Select(row => row.Text("resp_body")));
    }

    [Theory]
    [InlineData("0003 0102030405", "shorter than a header")]
    [InlineData("0020 0001 0140 0001 0000 0000 0000 00", "reserved bit")]
    [InlineData("0020 0001 3800 0001 0000 0000 0000 00", "no such opcode")]
    [InlineData("0020 0001 0100 0100 0000 0000 0000 00", "more questions than fit")]
    [InlineData("0020 0001 0100 0001 0000 0000 00ff 00", "more records than fit")]
    [InlineData("0020 0001 0103 0001 0000 0000 0000 00", "a query with a response code")]
    public void OnData_BytesThatCannotStartAMessage_AreDropped(string hex, string why)
    {
        using var dns = Tcp();

        dns.Request(Convert.FromHexString(hex.Replace(" ", "")), 900);
        dns.Request(DnsBytes.OnStream(DnsBytes.Ask(1)), 1000).Response(DnsBytes.OnStream(DnsBytes.Reply(1)), 2000);

        Assert.True(dns.Counters.InvalidFrames == 1, why);
        Assert.Equal("a.test 1000", Summary(dns.Row));
    }

    [Fact]
    public void OnData_BytesThatAreNotDns_EndInFailure()
    {
        foreach (var isDatagram in (bool[])[false, true])
        {
            using var dns = new SessionHarness(new DnsProtocol(new FramingOptions()), isDatagram: isDatagram);

            for (var i = 0; i < 20; i++)
            {
                dns.Request(DnsBytes.OnStream(DnsBytes.Ask(1))).Request("GET / HTTP/1.1\r\n\r\n"u8);
            }

            Assert.Equal((SessionState.Failed, 1), (dns.Session.State, dns.Counters.FailedSessions));
        }
    }

    [Fact]
    public void OnData_SmallLimit_CutsTheCellsAndCountsIt()
    {
        using var dns = new SessionHarness(
            new DnsProtocol(new FramingOptions { TextLimitBytes = 64 }), isDatagram: true);

        dns.Request(DnsBytes.Ask(1), 1000).Response(DnsBytes.Reply(1, 16, [200, .. new byte[200]]), 2000);

        Assert.Equal("""{"answers":[],"truncated":true}""", dns.Row.Text("resp_body"));
        Assert.EndsWith(",\"ad\":0,\"truncated\":true}", dns.Row.Text("req_header"));
        Assert.Equal(3, dns.Counters.TruncatedValues);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OnData_SteadyTraffic_AllocatesNothing(bool isDatagram)
    {
        var (request, response) = (DnsBytes.Ask(1), DnsBytes.Reply(1, 28, [0xfd, .. new byte[15]]));
        (request, response) = isDatagram
            ? (request, response)
            : (DnsBytes.OnStream(request), DnsBytes.OnStream(response));

        SteadyTraffic.AllocatesNothing(
            new DnsProtocol(new FramingOptions()), rows: 1, SteadyTraffic.Exchanges((request, response)),
            isDatagram: isDatagram);
    }

    private static SessionHarness Udp() => new(new DnsProtocol(new FramingOptions()), isDatagram: true);

    private static SessionHarness Tcp() => new(new DnsProtocol(new FramingOptions()));

    private static string Summary(RecordedRow row) => $"{row.Text("req_body").Split('"')[5]} {row.Int("latency")}";
}
