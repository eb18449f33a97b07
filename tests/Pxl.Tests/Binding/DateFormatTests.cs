using PixieOrleans.Pxl.Binding.Modules;

namespace PixieOrleans.Pxl.Tests.Binding;

public sealed class DateFormatTests
{
    [Theory]
    [InlineData("1970-01-01", "%F", 0)]
    [InlineData("2000-02-29 23:59:59", "%Y-%m-%d %H:%M:%S", 951_868_799_000_000_000)]
    [InlineData("29 Feb 2000", "%d %b %Y", 951_782_400_000_000_000)]
    [InlineData("Tuesday, February 29, 2000", "%A, %B %e, %Y", 951_782_400_000_000_000)]
    [InlineData("060 2000", "%j %Y", 951_782_400_000_000_000)]
    [InlineData("12:30 AM", "%I:%M %p", 1_800_000_000_000)]
    [InlineData("12:30 pm", "%I:%M %p", 45_000_000_000_000)]
    [InlineData("1970-01-01T00:00:00.000000001Z", "%Y-%m-%dT%H:%M:%E*S%Ez", 1)]
    [InlineData("1970-01-01T01:00:00.5+01:00", "%Y-%m-%dT%H:%M:%E*S%Ez", 500_000_000)]
    [InlineData("1970-01-01 00:00:00 -0130", "%F %T %z", 5_400_000_000_000)]
    [InlineData("1970-01-01 00:00:07 UTC", "%F %T %Z", 7_000_000_000)]
    [InlineData("-1", "%s", -1_000_000_000)]
    [InlineData("100%", "%s%%", 100_000_000_000)]
    [InlineData("68 69", "%y 69", 3_092_601_600_000_000_000)]
    public void Parse_DateOfTheFormat_IsItsNanoseconds(string date, string format, long expected) =>
        Assert.Equal(expected, DateFormat.Parse(date, format));

    [Theory]
    [InlineData("1999-02-29", "%F", "no such day")]
    [InlineData("366 1999", "%j %Y", "no such day of the year")]
    [InlineData("1970-13-01", "%F", "no such month")]
    [InlineData("24:00", "%R", "no such hour")]
    [InlineData("13:00 PM", "%I:%M %p", "no such hour of half a day")]
    [InlineData("1970-01-01 ", "%F %T", "too short")]
    [InlineData("1970-01-01x", "%F", "too long")]
    [InlineData("1970/01/01", "%F", "other separators")]
    [InlineData("Foo", "%b", "no month")]
    [InlineData("CET", "%Z", "a zone without an offset")]
    [InlineData("1", "%Q", "no such conversion")]
    [InlineData("1", "%", "half a conversion")]
    [InlineData("9999-12-31", "%F", "beyond 64 bits of nanoseconds")]
    [InlineData("99999999999", "%s", "beyond 64 bits of nanoseconds")]
    public void Parse_DateOfAnotherFormat_IsNone(string date, string format, string why) =>
        Assert.True(DateFormat.Parse(date, format) is null, why);
}
