using CsCheck;
using PixieOrleans.Exec.Quantiles;

namespace PixieOrleans.Exec.Tests.Quantiles;

public sealed class RadixSortTests
{
    [Fact]
    public void Sort_AnyNumbers_IsTheLibrarysOrder() =>
        Gen.Double.Where(value => !double.IsNaN(value)).Array[0, 2000].Sample(values =>
        {
            var (expected, actual) = (values.ToArray(), values.ToArray());
            Array.Sort(expected);

            new RadixSort().Sort(actual);

            Assert.Equal(expected, actual);
        });

    [Fact]
    public void Sort_WholeNumbers_IsTheLibrarysOrder()
    {
        var values = Enumerable.Range(0, 5000).Select(i => (double)(i * 7919 % 5003 - 2500)).ToArray();
        var expected = values.ToArray();
        Array.Sort(expected);

        new RadixSort().Sort(values);

        Assert.Equal(expected, values);
    }
}
