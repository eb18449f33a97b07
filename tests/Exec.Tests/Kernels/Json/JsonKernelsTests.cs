namespace PixieOrleans.Exec.Tests.Kernels.Json;

public sealed class JsonKernelsTests
{
    public static TheoryData<string, string, string> Members => new()
    {
        { """{"a":"x"}""", "a", "x" },
        { """ { "a" : "x" , "b" : 1 } """, "b", "1" },
        { """{"a":"x"}""", "b", "" },
        { """{"a":null}""", "a", "" },
        { """{"a":true,"b":false}""", "b", "false" },
        { """{"a":"first","a":"second"}""", "a", "first" },
        { """{"ab":1,"a":2}""", "a", "2" },
        { """{"b":"a","a":"v"}""", "a", "v" },
        { """{"x":{"a":1},"a":2}""", "a", "2" },
        { """{"x":["a",{"a":"}"},"]"],"a":[1, 2 , "x y"]}""", "a", """[1,2,"x y"]""" },
        { """{"a":{ "b" : [ 1.50 , null ] , "c" : {} }}""", "a", """{"b":[1.5,null],"c":{}}""" },
        { """{"":"empty"}""", "", "empty" },
        { """{"a\"b":"quoted"}""", "a\"b", "quoted" },
        { """{"\u0061":"escaped"}""", "a", "escaped" },
        { """{"\ud83d\ude00":"smile"}""", "😀", "smile" },
        { """{"é":"ü"}""", "é", "ü" },
        { """{"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"}""", "a", "\"\\/\b\f\n\r\té😀" },
        { """{"a":["\/\u0041\u0001\u00e9\"\n"]}""", "a", """["/A\u0001é\"\n"]""" },
        { """{"a":"ends in a backslash\\","b":"x"}""", "b", "x" },
        { """{"a":-12}""", "a", "-12" },
        { """{"a":-0}""", "a", "0" },
        { """{"a":18446744073709551615}""", "a", "18446744073709551615" },
        { """{"a":18446744073709551616}""", "a", "18446744073709552000.0" },
        { """{"a":1e3}""", "a", "1000.0" },
        { """{"a":1.0}""", "a", "1.0" },
        { """{"a":-0.0}""", "a", "-0.0" },
        { """{"a":0.10}""", "a", "0.1" },
        { """{"a":1e20}""", "a", "100000000000000000000.0" },
        { """{"a":1e21}""", "a", "1e21" },
        { """{"a":1.25e-10}""", "a", "1.25e-10" },
        { """{"a":0.000001}""", "a", "0.000001" },
        { """{"a":0.0000001}""", "a", "1e-7" },
        { """{"a":123423.5234}""", "a", "123423.5234" },
        { """{"k":"Host","x-Host":"1","Host-x":"2","Host" : "3"}""", "Host", "3" },
        { """{"k":{"Host":"1"},"Host":"2"}""", "Host", "2" },
        { """{"k":[{"Host":"1"}],"Host":"2"}""", "Host", "2" },
        { """{"k":"{","Host":"2","x":{"Host":"3"}}""", "Host", "2" },
        { """{"k":"\"Host\":","Host":"2"}""", "Host", "2" },
        { """{"\u0048ost":"1","Host":"2"}""", "Host", "1" },
        { """{"k":"v","\u0048ost":"1"}""", "Host", "1" },
        { """{"k":"Host"}""", "Host", "" },
        { """{"a":"x","b":"y"}""", ",", "" },
        { """{"a":"x",",":"y"}""", ",", "y" },
        { """{"a":true,"true":"y"}""", "true", "y" },
        { """{"a\\":"x"}""", "a\\", "x" },
    };

    public static TheoryData<string> Invalid =>
    [
        "",
        " ",
        "asdad",
        "\"a\"",
        "7",
        "null",
        """["a"]""",
        """{"a":"cut """,
        """{"a":"cut", "b""",
        """{"a":"x"}... [TRUNCATED]""",
        """{"a" "x"}""",
        """{a:"x"}""",
        """{"a":"bad \x escape"}""",
        """{"a":"\ud83d alone"}""",
        """{"a":"\u12g4"}""",
        "{\"a\":\"control \n\"}",
        """{"a":nul}""",
        """{"a":01}""",
        """{"a":1.}""",
        """{"a":.5}""",
        """{"a":+1}""",
        """{"a":1e}""",
        """{"a":1e400}""",
        """{"a":["\q"]}""",
        """{"a":{"b":tru}}""",
        """{"a":}""",
        """{"a"}""",
        """{a}""",
    ];

    public static TheoryData<string, long, double> Numbers => new()
    {
        { "7", 7, 0.0 },
        { "-7", -7, 0.0 },
        { "9223372036854775807", long.MaxValue, 0.0 },
        { "9223372036854775808", 0, 0.0 },
        { "18446744073709551616", 0, 18446744073709551616.0 },
        { "-9223372036854775809", 0, -9223372036854775808.0 },
        { "5.0", 0, 5.0 },
        { "1e2", 0, 100.0 },
        { "1E-2", 0, 0.01 },
        { "-0.5e+1", 0, -5.0 },
        { "\"7\"", 0, 0.0 },
        { "\"5.5\"", 0, 0.0 },
        { "true", 0, 0.0 },
        { "null", 0, 0.0 },
        { "[1]", 0, 0.0 },
        { "1e999", 0, 0.0 },
        { "1.5x", 0, 0.0 },
    };

    public static TheoryData<string, long, string> Items => new()
    {
        { """["foo","bar",{"pixie": "labs"}]""", 2, """{"pixie":"labs"}""" },
        { """["foo","bar"]""", 0, "foo" },
        { """[ 1 , 2.50 ]""", 1, "2.5" },
        { """[[1, 2],[3]]""", 0, "[1,2]" },
        { """[null]""", 0, "" },
        { """["a"]""", 1, "" },
        { """["a"]""", -1, "" },
        { "[]", 0, "" },
        { """{"a":1}""", 0, "" },
        { """["a","b" """, 0, "" },
        { "", 0, "" },
    };

    [Theory]
    [MemberData(nameof(Members))]
    public void Pluck_Object_IsTheValueAsText(string json, string key, string expected) =>
        Assert.Equal(expected, KernelCalls.Call("pluck", json, key));

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Pluck_NoObject_IsEmpty(string json) => Assert.Equal("", KernelCalls.Call("pluck", json, "a"));

    [Theory]
    [MemberData(nameof(Numbers))]
    public void PluckNumber_Value_IsReadByItsKind(string value, long integer, double real)
    {
        var json = $$"""{"x":{"a":1.5},"a":{{value}}}""";

        Assert.Equal(integer, KernelCalls.Call("pluck_int64", json, "a"));
        Assert.Equal(real, KernelCalls.Call("pluck_float64", json, "a"));
    }

    [Theory]
    [MemberData(nameof(Items))]
    public void PluckArray_Index_IsTheItemAsText(string json, long index, string expected) =>
        Assert.Equal(expected, KernelCalls.Call("pluck_array", json, index));

    [Theory]
    [InlineData("{\"b\":a}", "a}")]
    [InlineData("{\"b\":a", "a")]
    [InlineData("{\"b\":\"a\"}", "a\"}")]
    public void Pluck_NameAtTheEndOfTheText_IsEmpty(string json, string key) =>
        Assert.Equal("", KernelCalls.Call("pluck", json, key));

    [Fact]
    public void Pluck_BytesThatAreNoUtf8_KeepsThem()
    {
        byte[] json = [.. "{\"a\":\""u8, 0xFF, .. "\"}"u8];

        var plucked = KernelCalls.CallForBytes("pluck", json, "a");

        Assert.Equal([0xFF], plucked);
    }

    [Fact]
    public void Pluck_ManyDepths_FindsTheMemberBehind()
    {
        const int Depth = 5000;
        var open = string.Concat(Enumerable.Repeat("[{\"k\":", Depth));
        var close = string.Concat(Enumerable.Repeat("}]", Depth));

        var plucked = KernelCalls.Call("pluck", $$"""{"deep":{{open}}1{{close}},"k":"found"}""", "k");

        Assert.Equal("found", plucked);
    }

    [Theory]
    [InlineData("""{"label":"text","script":"px/script","args":{}}""", "text", "px/script")]
    [InlineData("""{"label":"a\"b","script":"s","args":{"x":"1"}}""", "a\"b", "s", "x", "1")]
    [InlineData("""{"label":"","script":"","args":{"x":"1","x":"\n"}}""", "", "", "x", "1", "x", "\n")]
    public void ScriptReference_Parts_AreOneObject(string expected, params string[] parts) =>
        Assert.Equal(expected, KernelCalls.Call("_script_reference", [.. parts]));
}
