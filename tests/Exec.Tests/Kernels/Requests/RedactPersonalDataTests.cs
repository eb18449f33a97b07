using System.Diagnostics;
using System.Text;
using CsCheck;

namespace PixieOrleans.Exec.Tests.Kernels.Requests;

public sealed class RedactPersonalDataTests
{
    private const string Function = "redact_pii_best_effort";

    // Examples of the registries and of test numbers that card networks publish.
    private static readonly (string Tag, string[] Values)[] Known =
    [
        ("<REDACTED_IPV4>", ["192.168.0.1", "255.255.255.255", "0.0.0.0", "10.0.0.1"]),
        ("<REDACTED_IPV6>", [
            "ab:12:34:56:789:1011:1213:0", "00ab:1234:5678:9100:1112:ffff:192.168.0.1", "::abcd:1234:ffff",
            "::abcd:1234:ffff:0000:1.1.1.1", "0123::abcd:1234:ffff:ab", "0123:abcd::eeee:10.0.0.1", "::1",
            "1234:0:1234:a:b::beef", "1:2:abcd:a:b:c::"]),
        ("<REDACTED_EMAIL>", [
            "ann@example.com", "a.b-c____**@my-domain.com.au", "x255.255.255.255@example.com", "ann%40example.org",
            "dot.dot@host"]),
        ("<REDACTED_MAC_ADDR>", ["ab:12:00:64:99:ff", "00:00:00:00:00:00", "ff-ff-ff-ff-ff-ff"]),
        ("<REDACTED_CC_NUMBER>", [
            "3782 8224631 0005", "3056 9309025 904", "6011-1111-1111-1117", "4111111111111111", "4222-2222-222-22"]),
        ("<REDACTED_IMEI>", ["01-786058-312233-6", "01-786058-312233-22", "52-635024-498175-3"]),
        ("<REDACTED_IBAN>", [
            "GB29NWBK60161331926819", "GB29 NWBK 6016 1331 9268 19", "GB29-NWBK-6016-1331-9268-19",
            "AL47 2121 1009 0000 0002 3569 8741", "BY13 NBRB 3600 9000 0000 2Z00 AB00", "BE68 5390 0754 7034",
            "SV 62 CENR 00000000000000700025", "gb29nwbk60161331926819"]),
        ("<REDACTED_SSN>", ["001-01-0001", "211-21-2222", "303 57 7256", "593 - 78 - 6329"]),
    ];

    private static readonly string[] Harmless =
    [
        "abcdef00123459689", "999.999.0.0", "1.2.3", "1.2.3.256", "1:2:3:4:5:6", "5555 0000 0000 0000", "12:34:56",
        "000-12-1234", "666-12-1234", "955-12-1234", "123-00-1234", "123-45-0000", "std::string", "a::text", "::",
        "GB28 NWBK 6016 1331 9268 19", "01-786058-312233-7", "@home", "user@", "2026-11-22T21:40:47.123456Z",
        "ab:12:00:64:99:ff:00", "1700000000000000000", "",
    ];

    [Fact]
    public void Redact_EveryKnownForm_IsReplacedByItsTag()
    {
        foreach (var (tag, values) in Known)
        {
            Assert.All(values, value => Assert.Equal((value, tag), (value, KernelCalls.Call(Function, value))));
        }
    }

    [Fact]
    public void Redact_WhatOnlyLooksAlike_Stays() =>
        Assert.All(Harmless, value => Assert.Equal(value, KernelCalls.Call(Function, value)));

    [Fact]
    public void Redact_FormsAmongOtherText_ReplacesExactlyThem()
    {
        (string, string)[] items =
        [
            .. Known.SelectMany(form => form.Values.Select(value => (value, form.Tag))),
            .. Harmless.Select(value => (value, value)),
        ];
        string[] separators = [", ", "\n", " | ", "\"}, {\"k\": \"", " for "];
        var item = Gen.Int[0, items.Length - 1].Select(i => items[i]);
        var separator = Gen.Int[0, separators.Length - 1].Select(i => separators[i]);
        Gen.Select(item, separator).Array[0, 12].Sample(parts =>
        {
            var input = string.Concat(parts.Select(part => part.Item1.Item1 + part.Item2));
            var expected = string.Concat(parts.Select(part => part.Item1.Item2 + part.Item2));
            Assert.Equal([expected], KernelCalls.CallRows(Function, [input]));
        });
    }

    [Theory]
    [InlineData("1.2.3.4@example.com", "<REDACTED_EMAIL>", "mail is longer than the address in it")]
    [InlineData("4111 1111 1111 1111@x.io", "<REDACTED_CC_NUMBER>", "nothing of the mail address survives")]
    [InlineData("::ffff:1.2.3.4", "<REDACTED_IPV6>", "IPv6 is longer than the IPv4 in it")]
    [InlineData("1.2.3.4.5", "<REDACTED_IPV4>.5", "a kind does not overlap itself")]
    [InlineData("Call 1.2.3.4.", "Call <REDACTED_IPV4>.", "end of a sentence")]
    [InlineData("[::1]:80", "[<REDACTED_IPV6>]:80", "address of a URL")]
    [InlineData("/login?mail=ann%40example.org&x=1", "/login?mail=<REDACTED_EMAIL>&x=1", "parameter of a URL")]
    [InlineData("IBAN GB29 NWBK 6016 1331 9268 19 please", "IBAN <REDACTED_IBAN> please", "words around")]
    [InlineData("grüße ann@example.com ü", "grüße <REDACTED_EMAIL> ü", "other bytes of UTF-8")]
    public void Redact_FormsThatMeet_TheLongestNamesThemAll(string text, string expected, string why)
    {
        var actual = KernelCalls.Call(Function, text);

        Assert.True(expected.Equals(actual), $"{why}: {actual}");
    }

    [Fact]
    public void Redact_AnyBytes_NeitherFailsNorLosesOtherText() =>
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            var redacted = KernelBytes.Call(Function, bytes);

            Assert.True(redacted.Contains("<REDACTED_") || redacted == Encoding.UTF8.GetString(bytes));
        });

    [Fact]
    public void Redact_LongHostileTexts_TakesLinearTime()
    {
        var watch = Stopwatch.StartNew();
        string[] pieces = ["1", "1 ", "4 -", "a", "%40", "a@", "1.", "a:", "::", "GB29 ", "1.2.3.4", "a.b"];
        foreach (var piece in pieces)
        {
            var text = new StringBuilder().Insert(0, piece, 300_000 / piece.Length).ToString();
            KernelCalls.CallRows(Function, [text]);
        }

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20)); // quadratic would be many minutes
    }
}
