using PixieOrleans.Protocols.Dns;
using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Tests.Dns;

/// <summary>Names and data that are odd, broken or hostile.</summary>
public sealed class DnsTextTests
{
    [Theory]
    [InlineData("00000000000000000000000000000001", "::1")]
    [InlineData("00000000000000000000000000000000", "::")]
    [InlineData("fd000000000000000000000000000000", "fd00::")]
    [InlineData("20010db8000000000001000000000001", "2001:db8::1:0:0:1")]
    [InlineData("20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1")]
    [InlineData("00010000000200000003000000040005", "1:0:2:0:3:0:4:5")]
    [InlineData("00000000000000000000ffff0a010203", "::ffff:10.1.2.3")]
    public void Answer_Ipv6Address_IsWrittenAsRfc5952Says(string address, string expected) =>
        Assert.Equal(
            $$"""{"answers":[{"name":"a.test","type":"AAAA","addr":"{{expected}}"}]}""",
            Answer(DnsBytes.Reply(1, 28, Convert.FromHexString(address))));

    [Theory]
    [InlineData(1, "0a0001", "A of 3 bytes")]
    [InlineData(28, "0a000001", "AAAA of 4 bytes")]
    [InlineData(5, "c0ff", "a pointer behind the end")]
    [InlineData(5, "c024", "a pointer to itself")]
    [InlineData(5, "01", "a name that does not end")]
    [InlineData(15, "00", "half a preference")]
    [InlineData(16, "05aa", "a text that ends too early")]
    [InlineData(65, "0001000001ffff", "a parameter that ends too early")]
    [InlineData(33, "000500", "half a record")]
    public void Answer_DataThatDoesNotFitItsType_IsWrittenAsBytes(ushort type, string data, string why)
    {
        var answer = Answer(DnsBytes.Reply(1, type, Convert.FromHexString(data)));

        Assert.True(answer.EndsWith($",\"rdata\":\"{data}\"}}]}}", StringComparison.Ordinal), $"{why}: {answer}");
    }

    [Fact]
    public void Answer_NameWithOddBytes_IsWrittenAsInAZoneFile()
    {
        byte[] name = [9, (byte)'a', (byte)'.', (byte)'\\', 1, (byte)'"', 0xc3, 0xa9, 0xff, (byte)' ', 0];

        Assert.Equal(
            "{\"answers\":[{\"name\":\"a.test\",\"type\":\"PTR\",\"ptr\":\"a\\\\.\\\\\\\\\\\\001\\\"é\uFFFD \"}]}",
            Answer(DnsBytes.Reply(1, 12, name)));
    }

    [Fact]
    public void Answer_PointersInACircle_EndTheList()
    {
        byte[] message =
        [
            .. DnsBytes.Header(1, DnsBytes.Answer, 1, 2), .. DnsBytes.Name("a.test"), 0, 1, 0, 1,
            0xc0, 38, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1,
            0xc0, 24, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1,
        ];

        Assert.Equal("""{"answers":[],"truncated":true}""", Answer(message));
    }

    [Fact]
    public void Answer_NameLongerThan255Bytes_EndsTheList()
    {
        var name = string.Join('.', Enumerable.Repeat(new string('x', 63), 3));
        byte[] message =
        [
            .. DnsBytes.Header(1, DnsBytes.Answer, 1, 1), .. DnsBytes.Name("a.test"), 0, 1, 0, 1,
            .. DnsBytes.Name(name).AsSpan(0, 192), .. DnsBytes.Name(new string('y', 63)),
            0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1,
        ];

        Assert.Equal("""{"answers":[],"truncated":true}""", Answer(message));
    }

    [Fact]
    public void Header_WithEdns_HasTheUpperBitsOfTheResponseCode()
    {
        using var dns = new SessionHarness(new DnsProtocol(new FramingOptions()), isDatagram: true);
        byte[] bad =
        [
            .. DnsBytes.Header(1, 0x8007, 1, 0, 1), .. DnsBytes.Name("a.test"), 0, 1, 0, 1,
            0, 0, 41, 2, 0, 1, 0, 0, 0, 0, 0,
        ];

        dns.Request(DnsBytes.Ask(1)).Response(bad);

        Assert.Contains("\"rcode\":23,", dns.Row.Text("resp_header"));
    }

    private static string Answer(byte[] message)
    {
        using var dns = new SessionHarness(new DnsProtocol(new FramingOptions()), isDatagram: true);
        dns.Request(DnsBytes.Ask(1)).Response(message);
        return dns.Row.Text("resp_body");
    }
}
