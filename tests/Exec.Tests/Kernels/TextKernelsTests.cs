using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Tests.Kernels;

public sealed class TextKernelsTests
{
    public static TheoryData<string, object[], object> Calls => new()
    {
        { "find", ["pixielabs", "xie"], 2L },
        { "find", ["pixielabs", "hello"], -1L },
        { "find", ["abc", ""], 0L },
        { "find", ["", ""], 0L },
        { "find", ["", "a"], -1L },
        { "find", ["éa", "a"], 2L },
        { "find", [new byte[] { 0xFF, 0x00, 0xFE }, "\0"], 1L },
        { "strip_prefix", ["sock-shop/", "sock-shop/carts"], "carts" },
        { "strip_prefix", ["carts", "carts"], "" },
        { "strip_prefix", ["carts1", "carts"], "carts" },
        { "strip_prefix", ["", "carts"], "carts" },
        { "strip_prefix", ["/", ""], "" },
        { "bytes_to_hex", ["aé"], @"\x61\xc3\xa9" },
        { "bytes_to_hex", [new byte[] { 0x00, 0xFF }], @"\x00\xff" },
        { "bytes_to_hex", [""], "" },
        { "hex_to_ascii", ["4142"], "AB" },
        { "hex_to_ascii", ["c3A9"], "é" },
        { "hex_to_ascii", ["414"], "" },
        { "hex_to_ascii", ["41 42"], "" },
        { "hex_to_ascii", ["4g"], "" },
        { "hex_to_ascii", [""], "" },
        { "split", ["a,b,,c", ","], """["a","b","","c"]""" },
        { "split", ["a--b", "--"], """["a","b"]""" },
        { "split", ["", ","], """[""]""" },
        { "split", [",", ","], """["",""]""" },
        { "split", ["abc", ","], """["abc"]""" },
        { "split", ["aéb", ""], """["a","é","b"]""" },
        { "split", ["", ""], """[""]""" },
        { "split", ["a\"b\\\n\u0001;c", ";"], """["a\"b\\\n\u0001","c"]""" },
        { "trim", [" \t\v\f\r\nx y \n"], "x y" },
        { "trim", [" \t"], "" },
        { "contains", [new byte[] { 0xFF, 0x61 }, "a"], true },
        { "length", [new byte[] { 0xFF, 0xFE }], 2L },
        { "toupper", ["straße"], "STRAßE" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void Call_ByColumnsAndConstants_YieldsTheValue(string function, object[] arguments, object expected) =>
        Assert.Equal(expected, KernelCalls.Call(function, arguments));

    [Theory]
    [InlineData("strip_prefix", "b", "b", "")]
    [InlineData("split", """["a"]""", """["a",""]""", """[""]""")]
    public void Call_TwoColumns_PairsTheirRows(string function, string first, string second, string third)
    {
        object[] left = ["a", "ab", ""];
        object[] right = ["ab", "b", ""];

        var results = KernelCalls.CallRows(function, left, right);

        Assert.Equal([first, second, third], results);
    }

    [Fact]
    public void StripPrefix_Dictionary_IsComputedOncePerValue()
    {
        var cells = Cells.Dictionary("pl/a", "pl/b", "pl/a", "c");
        using var compiled = new ExpressionCompiler(Cells.Schema(("s", DataType.String)), new ExecutionOptions())
            .Compile(new CallExpression(
                "strip_prefix",
                [
                    new ConstantExpression("pl/", DataType.String, SemanticType.None),
                    new ColumnExpression("s", DataType.String, SemanticType.None),
                ],
                DataType.String,
                SemanticType.None));

        var all = Assert.IsType<DictionaryStringColumn>(compiled.Materialize(Cells.Batch(cells)));
        var slice = Assert.IsType<DictionaryStringColumn>(compiled.Materialize(Cells.Batch(cells.Slice(1, 2))));

        Assert.Equal(["a", "b", "a", "c"], Cells.ToArray(all));
        Assert.Equal(["b", "a"], Cells.ToArray(slice));
        Assert.Same(all.Dictionary, slice.Dictionary);
    }
}
