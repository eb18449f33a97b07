using System.Text;
using PixieOrleans.Protocols.Compression;

namespace PixieOrleans.Protocols.Tests.Compression;

/// <summary>Blocks made by liblz4 1.9.4 and libsnappy 1.1.9 of the same text.</summary>
public sealed class BlockTests
{
    private const string Lz4 =
        "wHJvdyAwIG9mIDA7IAwAYjEgb2YgMQwAYjIgb2YgMgwAYjMgb2YgMwwAYjQgb2YgNAwAYjUgb2YgNQwAYjYgb2YgNgwAAVQA"
        + "EjcMAAFUABI4DAABVAASOQwAAVQAEzF5AAFVABMxegABVgATMXsAAVcAEzF8AAFYABMxfQABWQATMX4AAVoAEzF/AAJbAAOA"
        + "AAJbAAOBAAJbAAOCAAFbABMyggABWwATMoIAAVsAEzKCAAFbABMyggABWwATMoIAAVsAEzKCAAFbABMyggACWwADggACWwAD"
        + "ggACWwADggABWwATM4IAAVsAEzOCAAFbABMzggABWwATM4IAAVsAEzOCAAFbABMzggABWwATM4IAAlsAA4IAAlsAA4IAAlsA"
        + "A4IAAVsAEzSCAAFbABM0ggABWwATNIIAAVsAEzSCAAFbABM0ggABWwATNIIAAVsAEzSCAAJbAAOCAAJbAAOCAAJbAAOCAAFb"
        + "ABM1ggABWwATNYIAAVsAEzWCAAFbABM1ggABWwATNYIAAVsAEzWCAAFbABM1ggACWwADggACWwADggACWwBPOTsgegEA/3xQ"
        + "emVuZC4=";
    private const string Snappy =
        "lgkscm93IDAgb2YgMDsgAQwAMQEMADEJDAAyAQwAMgkMADMBDAAzCQwANAEMADQJDAA1AQwANQkMADYBDAA2CQwFVAA3CQwF"
        + "VAA4CQwFVAA5CQwFVAAxDXkFVQAxDXoFVgAxDXsFVwAxDXwFWAAxDX0FWQAxDX4FWgAxDX8JWw2ACVsNgQlbDYIFWwAyDYIF"
        + "WwAyDYIFWwAyDYIFWwAyDYIFWwAyDYIFWwAyDYIFWwAyDYIJWw2CCVsNgglbDYIFWwAzDYIFWwAzDYIFWwAzDYIFWwAzDYIF"
        + "WwAzDYIFWwAzDYIFWwAzDYIJWw2CCVsNgglbDYIFWwA0DYIFWwA0DYIFWwA0DYIFWwA0DYIFWwA0DYIFWwA0DYIFWwA0DYIJ"
        + "Ww2CCVsNgglbDYIFWwA1DYIFWwA1DYIFWwA1DYIFWwA1DYIFWwA1DYIFWwA1DYIFWwA1DYIJWw2CCVsNgglbDDk7IHr+AQD+"
        + "AQD+AQD+AQD+AQD+AQA6AQAMZW5kLg==";

    private static byte[] Text { get; } = Encoding.UTF8.GetBytes(
        string.Concat(Enumerable.Range(0, 60).Select(i => $"row {i % 7} of {i}; ")) + new string('z', 400) + "end.");

    [Fact]
    public void Decode_WholeBlocks_GiveTheText()
    {
        var output = new byte[Text.Length];

        Assert.Equal(BlockStatus.Complete, Lz4Block.Decode(Convert.FromBase64String(Lz4), output, out var written));
        Assert.Equal(Text, output[..written]);
        Array.Clear(output);
        Assert.Equal(BlockStatus.Complete, SnappyBlock.Decode(Convert.FromBase64String(Snappy), output, out written));
        Assert.Equal(Text, output[..written]);
    }

    [Fact]
    public void Decode_OutputOrInputThatEnds_GivesTheBeginning()
    {
        var (lz4, snappy) = (Convert.FromBase64String(Lz4), Convert.FromBase64String(Snappy));
        for (var room = 0; room < Text.Length; room++)
        {
            var output = new byte[room];
            Assert.Equal(BlockStatus.Partial, Lz4Block.Decode(lz4, output, out var written));
            Assert.Equal(Text[..room], output[..written]);
            Assert.Equal(BlockStatus.Partial, SnappyBlock.Decode(snappy, output, out written));
            Assert.Equal(Text[..room], output[..written]);
        }

        foreach (var (block, isLz4) in new[] { (lz4, true), (snappy, false) })
        {
            for (var cut = 0; cut < block.Length; cut++)
            {
                var output = new byte[Text.Length];
                var status = isLz4
                    ? Lz4Block.Decode(block.AsSpan(0, cut), output, out var written)
                    : SnappyBlock.Decode(block.AsSpan(0, cut), output, out written);
                Assert.True(status == BlockStatus.Partial || (isLz4 && status == BlockStatus.Complete), $"{cut}");
                Assert.Equal(Text[..written], output[..written]);
            }
        }
    }

    [Fact]
    public void Decode_ReferenceBeforeTheBeginning_IsInvalid()
    {
        var output = new byte[64];

        Assert.Equal(BlockStatus.Invalid, Lz4Block.Decode([0x10, (byte)'a', 2, 0], output, out _));
        Assert.Equal(BlockStatus.Invalid, Lz4Block.Decode([0x10, (byte)'a', 0, 0], output, out _));
        Assert.Equal(BlockStatus.Invalid, SnappyBlock.Decode([8, 0, (byte)'a', 1, 2], output, out _));
        Assert.Equal(BlockStatus.Invalid, SnappyBlock.Decode([0xff, 0xff, 0xff, 0xff, 0xff, 1], output, out _));
    }
}
