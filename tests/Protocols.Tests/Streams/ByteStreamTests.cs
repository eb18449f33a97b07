using System.Text;
using PixieOrleans.Protocols.Streams;
using PixieOrleans.TestKit;

namespace PixieOrleans.Protocols.Tests.Streams;

public sealed class ByteStreamTests
{
    private static readonly byte[] Text = "0123456789abcdefghijklmnopqrstuvwxyz"u8.ToArray();

    [Fact]
    public void Append_InOrder_ShowsContiguousBytesAndTheirTimes()
    {
        var stream = new ByteStream(1000);

        stream.Append(0, 10, "abc"u8);
        stream.Append(3, 20, "def"u8);

        Assert.Equal("abcdef", Head(stream));
        Assert.Equal([10L, 10L, 20L, 20L], new ulong[] { 0, 2, 3, 5 }.Select(stream.TimeAt));
    }

    [Fact]
    public void HeadChunk_SeveralChunks_ShowsOneAfterTheOtherWithItsTime()
    {
        var stream = new ByteStream(1000);
        stream.Append(0, 10, "abc"u8);
        stream.Append(3, 20, "def"u8);
        stream.Append(10, 30, "z"u8);
        stream.Advance(1);
        var chunks = new List<(string, long)>();

        while (!stream.Head.IsEmpty)
        {
            var chunk = stream.HeadChunk(out var timeNs);
            chunks.Add((Encoding.ASCII.GetString(chunk), timeNs));
            stream.Advance(chunk.Length);
        }

        Assert.Equal([("bc", 10), ("def", 20)], chunks);
        Assert.True(stream.HeadChunk(out _).IsEmpty);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void Append_AnyOrderWithRepeats_ShowsTheSameBytes(int chunk)
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var stream = new ByteStream(1000);
            var fragments = Fragments.InChunks(Text, chunk).Concat(Fragments.InChunks(Text, chunk + 2));

            foreach (var fragment in Fragments.Shuffle(fragments, seed))
            {
                stream.Append(fragment.Position, 1, fragment.Bytes);
            }

            Assert.Equal(Encoding.ASCII.GetString(Text), Head(stream));
            Assert.Equal(Text.Length, stream.BufferedBytes);
        }
    }

    [Fact]
    public void Append_OverlappingBothNeighbours_FillsTheHoleOnly()
    {
        var stream = new ByteStream(1000);

        stream.Append(0, 1, "AAA"u8);
        stream.Append(6, 2, "CCC"u8);
        stream.Append(1, 3, "xxBBBxx"u8);

        Assert.Equal("AAABBBCCC", Head(stream));
        Assert.Equal([1L, 3L, 2L], new ulong[] { 2, 3, 6 }.Select(stream.TimeAt));
    }

    [Fact]
    public void GapBytes_BytesMissingAtTheHead_SaysHowMany()
    {
        var stream = new ByteStream(1000);

        stream.Append(5, 1, "late"u8);
        Assert.Equal((5UL, ""), (stream.GapBytes, Head(stream)));
        stream.SkipTo(5);

        Assert.Equal((0UL, "late"), (stream.GapBytes, Head(stream)));
    }

    [Fact]
    public void Append_RepeatOfWhatWasRead_IsDropped()
    {
        var stream = new ByteStream(1000);
        stream.Append(0, 1, "abcdef"u8);
        stream.Advance(4);

        stream.Append(0, 2, "abcdefgh"u8);

        Assert.Equal("efgh", Head(stream));
        Assert.Equal(1, stream.TimeAt(5));
        Assert.Equal(2, stream.TimeAt(6));
    }

    [Fact]
    public void Append_BeyondTheBound_DropsTheOldestAndCounts()
    {
        var stream = new ByteStream(10);

        Assert.Equal(0, stream.Append(0, 1, "01234567"u8));
        Assert.Equal(6, stream.Append(8, 2, "89abcdef"u8));

        Assert.Equal((6UL, 10), (stream.GapBytes, stream.BufferedBytes));
        stream.SkipTo(6);
        Assert.Equal("6789abcdef", Head(stream));
    }

    [Fact]
    public void Append_ChunkLargerThanTheBound_KeepsItsEnd()
    {
        var stream = new ByteStream(4);

        Assert.Equal(6, stream.Append(0, 1, "0123456789"u8));

        stream.SkipTo(6);
        Assert.Equal("6789", Head(stream));
    }

    [Fact]
    public void Append_ManySmallGaps_StaysBounded()
    {
        var stream = new ByteStream(1 << 20);

        for (var i = 0; i < 100_000; i++)
        {
            stream.Append((ulong)(i * 2) + 1, i, "x"u8);
        }

        Assert.InRange(stream.BufferedBytes, 1, 1024);
        Assert.InRange(stream.RetainedBytes, 1, 2 << 20);
    }

    [Fact]
    public void Append_PositionAtTheEndOfTheNumbers_IsRefused()
    {
        var stream = new ByteStream(1000);

        Assert.Equal(3, stream.Append(ulong.MaxValue - 1, 1, "abc"u8));

        Assert.True(stream.IsEmpty);
    }

    [Fact]
    public void Advance_ToTheEnd_HoldsNothing()
    {
        var stream = new ByteStream(1000);
        stream.Append(0, 1, Text);

        stream.Advance(Text.Length);

        Assert.Equal((true, 0L, (ulong)Text.Length), (stream.IsEmpty, stream.RetainedBytes, stream.Position));
    }

    private static string Head(ByteStream stream) => Encoding.ASCII.GetString(stream.Head);
}
