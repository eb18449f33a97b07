using System.Text;
using PixieOrleans.Protocols.Mongodb;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Tests.Mongodb;

public sealed class BsonTextTests
{
    // Bytes and texts of bson.Decimal128 (Python).
    [Theory]
    [InlineData("00000000000000000000000000004030", "0")]
    [InlineData("01000000000000000000000000004030", "1")]
    [InlineData("010000000000000000000000000040b0", "-1")]
    [InlineData("01000000000000000000000000003e30", "0.1")]
    [InlineData("0c0000000000000000000000000036b0", "-0.00012")]
    [InlineData("01000000000000000000000000004630", "1E+3")]
    [InlineData("39300000000000000000000000002c30", "0.0000012345")]
    [InlineData("f2af967ed05c82de3297ff6fde3cfe5f", "1.234567890123456789012345678901234E+6144")]
    [InlineData("ffffffff638e8d37c087adbe09ed4130", "9999999999999999999999999999999999")]
    [InlineData("00000000000000000000000000000000", "0E-6176")]
    [InlineData("00000000000000000000000000004a30", "0E+5")]
    [InlineData("01000000000000000000000000003230", "1E-7")]
    [InlineData("000000000000000000000000000000f8", "-Infinity")]
    [InlineData("00000000000000000000000000000078", "Infinity")]
    [InlineData("0000000000000000000000000000007c", "NaN")]
    [InlineData("40e20100000000000000000000003a30", "123.456")]
    [InlineData("01000000000000000000000000003430", "0.000001")]
    [InlineData("e8030000000000000000000000003c30", "10.00")]
    public void Append_Decimals_AreWrittenAsDriversDo(string bytes, string expected) =>
        Assert.Equal(
            $$$"""{"d":{"$numberDecimal":"{{{expected}}}"}}""",
            Text(MongodbBytes.Element(BsonType.Decimal128, "d", Convert.FromHexString(bytes))));

    [Theory]
    [InlineData(0, "0.0")]
    [InlineData(-1.5, "-1.5")]
    [InlineData(1e100, "1E+100")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void Append_Doubles_AreCanonical(double value, string expected) =>
        Assert.Equal($$$"""{"d":{"$numberDouble":"{{{expected}}}"}}""", Text(MongodbBytes.Double("d", value)));

    [Fact]
    public void Append_OldTypes_AreCanonical() =>
        Assert.Equal(
            """
            {"u":{"$undefined":true},"p":{"$dbPointer":{"$ref":"a","$id":{"$oid":"000000000000000000000000"}}},
            "s":{"$symbol":"b"},"c":{"$code":"f"},"o":{"$binary":{"base64":"YQ==","subType":"02"}}}
            """.ReplaceLineEndings(""),
            Text(
                MongodbBytes.Element(BsonType.Undefined, "u", []),
                MongodbBytes.Element(BsonType.Pointer, "p", [2, 0, 0, 0, (byte)'a', 0, .. new byte[12]]),
                MongodbBytes.Element(BsonType.Symbol, "s", [2, 0, 0, 0, (byte)'b', 0]),
                MongodbBytes.Element(BsonType.Code, "c", [2, 0, 0, 0, (byte)'f', 0]),
                MongodbBytes.Element(BsonType.Binary, "o", [5, 0, 0, 0, 2, 1, 0, 0, 0, (byte)'a'])));

    [Fact]
    public void Append_CutAtEveryByte_KeepsTheBeginning()
    {
        var document = MongodbBytes.Document(
            MongodbBytes.Int32("a", 7), MongodbBytes.String("text", "value"),
            MongodbBytes.Element(BsonType.Array, "l", MongodbBytes.Document(MongodbBytes.Double("0", 2))));
        for (var cut = 0; cut < document.Length; cut++)
        {
            var text = new CellText(1024);

            Assert.True(new BsonText(text).Append(document.AsSpan(0, cut)), $"{cut}");

            Assert.True(text.IsCut, $"{cut}");
            Assert.StartsWith("{", Encoding.UTF8.GetString(text.Value));
        }
    }

    [Theory]
    [InlineData(new byte[] { 6, 0, 0, 0, 0, 0 }, "length and end differ")]
    [InlineData(new byte[] { 12, 0, 0, 0, 0x20, (byte)'a', 0, 0, 0, 0, 0, 0 }, "no such type")]
    [InlineData(new byte[] { 16, 0, 0, 0, 2, (byte)'a', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "text without its end")]
    [InlineData(new byte[] { 16, 0, 0, 0, 5, (byte)'a', 0, 255, 255, 255, 255, 0, 0, 0, 0, 0 }, "negative length")]
    public void Append_BytesThatMakeNoSense_AreInvalid(byte[] document, string why) =>
        Assert.False(new BsonText(new CellText(1024)).Append(document), why);

    private static string Text(params byte[][] elements)
    {
        var text = new CellText(1024);
        Assert.True(new BsonText(text).Append(MongodbBytes.Document(elements)));
        Assert.False(text.IsCut);
        return Encoding.UTF8.GetString(text.Value);
    }
}
