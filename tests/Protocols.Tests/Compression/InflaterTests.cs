using System.IO.Compression;
using System.Text;
using PixieOrleans.Protocols.Compression;

namespace PixieOrleans.Protocols.Tests.Compression;

public sealed class InflaterTests
{
    // What "printf hello | gzip -9" of GNU gzip 1.12 prints.
    private static readonly byte[] Hello = Convert.FromHexString("1f8b0800000000000203cb48cdc9c9070086a6103605000000");

    public static TheoryData<int, CompressionLevel> Texts
    {
        get
        {
            var data = new TheoryData<int, CompressionLevel>();
            foreach (var length in (int[])[1, 100, 5000, 100_000])
            {
                data.Add(length, CompressionLevel.Optimal);
                data.Add(length, CompressionLevel.Fastest);
                data.Add(length, CompressionLevel.NoCompression);
            }

            return data;
        }
    }

    [Fact]
    public void Gzip_OutputOfGnuGzip_IsInflated()
    {
        var output = new byte[16];

        Assert.Equal(InflateStatus.Complete, Inflater.Gzip(Hello, output, out var written));

        Assert.Equal("hello", Encoding.ASCII.GetString(output, 0, written));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Gzip_WholeAndBeginning_MatchTheText(int length, CompressionLevel level)
    {
        var text = Text(length);
        var compressed = Compress(text, s => new GZipStream(s, level));
        var output = new byte[length + 10];

        Assert.Equal(InflateStatus.Complete, Inflater.Gzip(compressed, output, out var written));
        Assert.Equal(text, output[..written]);

        var status = Inflater.Gzip(compressed, output.AsSpan(0, length / 2), out written);
        Assert.Equal((InflateStatus.OutputFull, length / 2), (status, written));
        Assert.Equal(text[..written], output[..written]);
    }

    [Fact]
    public void Gzip_CutAtEveryByte_GivesABeginning()
    {
        var text = Text(3000);
        var compressed = Compress(text, s => new GZipStream(s, CompressionLevel.Optimal));
        var output = new byte[4000];
        var longest = 0;
        for (var cut = 0; cut < compressed.Length - 8; cut++)
        {
            var status = Inflater.Gzip(compressed.AsSpan(0, cut), output, out var written);

            Assert.True(status == InflateStatus.InputEnded || written == text.Length, $"{status} at {cut}");
            Assert.True(text.AsSpan(0, written).SequenceEqual(output.AsSpan(0, written)));
            Assert.True(written >= longest);
            longest = written;
        }

        Assert.True(longest > 2900);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Deflate_WithAndWithoutZlibHeader_IsInflated(bool header)
    {
        var text = Text(2000);
        var compressed = Compress(text, s => header
            ? new ZLibStream(s, CompressionLevel.Optimal)
            : new DeflateStream(s, CompressionLevel.Optimal));
        var output = new byte[2000];

        Inflater.Deflate(compressed, output, out var written);

        Assert.Equal(text, output[..written]);
    }

    [Fact]
    public void Gzip_HeaderWithAllFields_IsSkipped()
    {
        byte[] data = [0x1f, 0x8b, 8, 4 | 8 | 16 | 2, 0, 0, 0, 0, 0, 3, 2, 0, 9, 9, (byte)'n', 0, (byte)'c', 0, 7, 7,
            .. Hello[10..]];
        var output = new byte[16];

        Assert.Equal(InflateStatus.Complete, Inflater.Gzip(data, output, out var written));

        Assert.Equal(5, written);
    }

    [Fact]
    public void Gzip_BytesThatAreNone_AreInvalid() =>
        Assert.Equal(InflateStatus.Invalid, Inflater.Gzip("plain text"u8, new byte[10], out _));

    [Fact]
    public void Gzip_RandomChanges_EndWithoutException()
    {
        var compressed = Compress(Text(3000), s => new GZipStream(s, CompressionLevel.Optimal));
        var random = new Random(7);
        var output = new byte[4000];
        for (var round = 0; round < 20_000; round++)
        {
            var changed = compressed.ToArray();
            for (var i = random.Next(1, 5); i > 0; i--)
            {
                changed[random.Next(10, changed.Length)] = (byte)random.Next();
            }

            Inflater.Gzip(changed, output, out var written);
            Assert.InRange(written, 0, output.Length);
        }
    }

    private static byte[] Text(int length)
    {
        var random = new Random(length);
        var text = new byte[length];
        for (var i = 0; i < length; i++)
        {
            text[i] = i > 50 && random.Next(4) > 0 ? text[i - random.Next(1, 50)] : (byte)random.Next(32, 127);
        }

        return text;
    }

    private static byte[] Compress(byte[] text, Func<Stream, Stream> open)
    {
        using var stream = new MemoryStream();
        using (var compressor = open(stream))
        {
            compressor.Write(text);
        }

        return stream.ToArray();
    }
}
