using CsCheck;
using PixieOrleans.Tables.Columns;
using PixieOrleans.Tables.Sealing;

namespace PixieOrleans.Tables.Tests.Sealing;

public sealed class ColumnZoneTests
{
    [Fact]
    public void MayHold_OfIntegers_IsTrueExactlyWhenTheRangesMeet() =>
        Gen.Select(Gen.Long[-50, 50].Array[1, 40], Gen.Long[-60, 60], Gen.Long[-60, 60]).Sample((cells, a, b) =>
        {
            var (min, max) = (Math.Min(a, b), Math.Max(a, b));
            var zone = ColumnZone.Of(new Int64Column(cells));

            Assert.Equal(cells.Min() <= max && cells.Max() >= min, zone.MayHold(new Int64Bound("x", min, max)));
        });

    [Fact]
    public void MayHold_OfNumbers_IsTrueWhenAnyCellIsInside() =>
        Gen.Select(Gen.OneOf(Gen.Double[-5, 5], Gen.Const(double.NaN)).Array[1, 10], Gen.Double[-6, 6])
            .Sample((cells, from) =>
            {
                var zone = ColumnZone.Of(new Float64Column(cells));

                var inside = cells.Any(cell => cell >= from && cell <= from + 1);
                Assert.True(!inside || zone.MayHold(new Float64Bound("x", from, from + 1)));
            });

    [Fact]
    public void MayHold_OfNothingButNaN_IsFalse() => Assert.False(
        ColumnZone.Of(new Float64Column(new[] { double.NaN, double.NaN }))
            .MayHold(new Float64Bound("x", double.NegativeInfinity, double.PositiveInfinity)));

    [Fact]
    public void MayHold_OfOtherTypes_ComparesTheirValues()
    {
        var upids = ColumnZone.Of(new UInt128Column(new UInt128[] { 5, 5, 3, 9 }));
        var flags = ColumnZone.Of(new BooleanColumn(new[] { true, true }));
        var texts = ColumnZone.Of(new DictionaryStringColumn(
            new[] { 0, 1, 0 }, new ArenaStringColumn(new[] { 0, 3, 7 }, "GETPOST"u8.ToArray())));

        Assert.True(upids.MayHold(new UInt128Bound("x", 4)));
        Assert.False(upids.MayHold(new UInt128Bound("x", 10)));
        Assert.True(flags.MayHold(new BooleanBound("x", true)));
        Assert.False(flags.MayHold(new BooleanBound("x", false)));
        Assert.True(texts.MayHold(new StringBound("x", "POST"u8.ToArray())));
        Assert.False(texts.MayHold(new StringBound("x", "PUT"u8.ToArray())));
    }

    [Fact]
    public void MayHold_OfABoundOfAnotherTypeOrAnArena_IsTrue()
    {
        var arena = ColumnZone.Of(new ArenaStringColumn(new[] { 0, 1 }, "a"u8.ToArray()));
        var numbers = ColumnZone.Of(new Int64Column(new long[] { 1 }));

        Assert.True(arena.MayHold(new StringBound("x", "b"u8.ToArray())));
        Assert.True(numbers.MayHold(new BooleanBound("x", false)));
    }
}
