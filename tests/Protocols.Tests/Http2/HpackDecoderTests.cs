using System.Text;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Http2;

namespace PixieOrleans.Protocols.Tests.Http2;

public sealed class HpackDecoderTests
{
    // RFC 7541 appendix C.3 and C.4: the same three requests, without and with Huffman.
    public static TheoryData<string[]> Requests => new()
    {
        {
            [
                "828684410f7777772e6578616d706c652e636f6d",
                "828684be58086e6f2d6361636865",
                "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
            ]
        },
        {
            [
                "828684418cf1e3c2e5f23a6ba0ab90f4ff",
                "828684be5886a8eb10649cbf",
                "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void Decode_RequestsOfTheSpecification_AreRight(string[] blocks)
    {
        var decoder = Started();

        Assert.Equal(":method=GET :scheme=http :path=/ :authority=www.example.com", Decode(decoder, blocks[0]));
        Assert.Equal(
            ":method=GET :scheme=http :path=/ :authority=www.example.com cache-control=no-cache",
            Decode(decoder, blocks[1]));
        Assert.Equal(
            ":method=GET :scheme=https :path=/index.html :authority=www.example.com custom-key=custom-value",
            Decode(decoder, blocks[2]));
    }

    // RFC 7541 appendix C.6, with the size of the table (256) that it assumes.
    [Fact]
    public void Decode_ResponsesOfTheSpecification_EvictTheOldest()
    {
        var decoder = Started();
        const string Date = "date=Mon, 21 Oct 2013 20:13:21 GMT";
        const string Location = "location=https://www.example.com";

        Assert.Equal(
            $":status=302 cache-control=private {Date} {Location}",
            Decode(decoder, "3fe101488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff"
                + "6e919d29ad171863c78f0b97c8e9ae82ae43d3"));
        Assert.Equal($":status=307 cache-control=private {Date} {Location}", Decode(decoder, "4883640effc1c0bf"));
        Assert.Equal(
            ":status=200 cache-control=private date=Mon, 21 Oct 2013 20:13:22 GMT location=https://www.example.com "
            + "content-encoding=gzip set-cookie=foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
            Decode(decoder, "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b"
                + "335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007"));
        Assert.Equal("!", Decode(decoder, "c1")); // evicted
    }

    [Theory]
    [InlineData("80", "the number 0")]
    [InlineData("ff808080808001", "a number without end")]
    [InlineData("418af1e3c2", "a text longer than its block")]
    [InlineData("4182ffff", "padding of a byte and more")]
    [InlineData("4184fffffffc", "EOS within a text")]
    public void Decode_BytesThatAreNoField_AreInvalid(string block, string why) =>
        Assert.True(Decode(Started(), block) == "!", why);

    [Fact]
    public void Decode_ManyFieldsOfManySizes_AreRememberedInOrder()
    {
        var decoder = Started();
        var random = new Random(1);
        var newest = new List<string>();
        for (var i = 0; i < 2000; i++)
        {
            var (name, value) = ($"x-{i}", new string((char)('a' + (i % 26)), random.Next(0, 100)));
            Assert.Equal($"{name}={value}", Decode(decoder, Http2Bytes.Literal(name, value, keep: true)));
            newest.Insert(0, $"{name}={value}");
            var (size, count) = (0, 0);
            while (count < newest.Count && (size += newest[count].Length - 1 + 32) <= 4096)
            {
                count++;
            }

            newest = newest[..count];
            var index = random.Next(count);
            Assert.Equal(newest[index], Decode(decoder, Http2Bytes.Indexed(62 + index)));
        }

        Assert.InRange(decoder.RetainedBytes, 4096, 32 << 10);
    }

    private static HpackDecoder Started()
    {
        var decoder = new HpackDecoder();
        decoder.Start();
        return decoder;
    }

    private static string Decode(HpackDecoder decoder, string hex) => Decode(decoder, Convert.FromHexString(hex));

    private static string Decode(HpackDecoder decoder, byte[] block)
    {
        var fields = new Http2Fields();
        fields.Begin(new HttpOptions());
        if (!decoder.Decode(block, fields))
        {
            return "!";
        }

        var text = new List<string>();
        foreach (var field in fields.Head.Fields)
        {
            text.Add($"{Text(field.Name)}={Text(field.Value)}");
        }

        return string.Join(' ', text);

        string Text(TextRange range) => Encoding.UTF8.GetString(range.Of(fields.Text));
    }
}
