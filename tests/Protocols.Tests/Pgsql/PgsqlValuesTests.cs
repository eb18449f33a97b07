using System.Text;
using PixieOrleans.Protocols.Pgsql;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Tests.Pgsql;

public sealed class PgsqlValuesTests
{
    [Theory]
    [InlineData(1700, "0000000000000000", "0")]
    [InlineData(1700, "0000000000000002", "0.00")]
    [InlineData(1700, "0001FFFE000000080064", "0.00000100")]
    [InlineData(1700, "000100024000000000010000", "-100000000")]
    [InlineData(1700, "00000000C0000000", "NaN")]
    [InlineData(1700, "00000000D0000020", "Infinity")]
    [InlineData(1184, "7FFFFFFFFFFFFFFF", "infinity")]
    [InlineData(1114, "FFFFFFFFFFFFFFFF", "1999-12-31 23:59:59.999999")]
    [InlineData(1082, "80000000", "-infinity")]
    [InlineData(1082, "7FFFFFFE", "2147483646")]
    [InlineData(1186, "0000000000000000000000010000000E", "1 years 2 mons 1 days 00:00:00")]
    [InlineData(16, "01", "t")]
    [InlineData(21, "8000", "-32768")]
    [InlineData(26, "FFFFFFFF", "4294967295")]
    [InlineData(701, "7FF0000000000000", "Infinity")]
    [InlineData(1009, "000000010000000100000019000000020000000100000001" + "61FFFFFFFF", "{a,NULL}")]
    [InlineData(1007, "00000000000000000000001700", "{0}... cut")]
    [InlineData(3802, "017B7D", "{}")]
    [InlineData(0, "00000001", "\\x00000001")]
    [InlineData(0, "4A61736F6E", "Jason")]
    [InlineData(23, "0001", "0... cut")]
    public void Write_BinaryValue_IsTheTextOfTheServer(int type, string hex, string expected)
    {
        var text = new CellText(1024);

        PgsqlValues.Write(Convert.FromHexString(hex), binary: true, type, text);

        Assert.Equal(expected, Encoding.UTF8.GetString(text.Value) + (text.IsCut ? "... cut" : ""));
        text.Release();
    }
}
