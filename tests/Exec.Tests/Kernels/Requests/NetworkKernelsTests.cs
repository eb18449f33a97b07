using System.Net;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Tests.Operators;
using PixieOrleans.Model;
using PixieOrleans.Tables.Columns;
using PixieOrleans.TestKit;

namespace PixieOrleans.Exec.Tests.Kernels.Requests;

public sealed class NetworkKernelsTests
{
    [Theory]
    [InlineData("""["10.0.0.1/31"]""", "10.0.0.0", true)]
    [InlineData("""["10.0.0.1/31"]""", "10.0.0.2", false)]
    [InlineData("""["192.168.0.0/16", "bad", "10.0.0.0/33", "10.0.0.0/8"]""", "10.255.0.1", true)]
    [InlineData("""["0.0.0.0/0"]""", "255.255.255.255", true)]
    [InlineData("""["0.0.0.0/0"]""", "::1", false)]
    [InlineData("""["::/0"]""", "2001:db8::1", true)]
    [InlineData("""["2001:db8::/32"]""", "2001:db8:ffff::1", true)]
    [InlineData("""["2001:db8::/32"]""", "2001:db9::", false)]
    [InlineData("""["10.0.0.0/8"]""", "::ffff:10.1.2.3", true)]
    [InlineData("""["10.0.0.0/8"]""", "10.1", false)]
    [InlineData("""["10.0.0.0/8"]""", "", false)]
    [InlineData("""["10.0.0.0/8"]""", "10.0.0.1 ", false)]
    [InlineData("""["10.0.0.0"]""", "10.0.0.0", false)]
    [InlineData("[]", "10.0.0.1", false)]
    [InlineData("""[1, "10.0.0.0/8"]""", "10.0.0.1", false)]
    [InlineData("""["10.0.0.0/8"]]""", "10.0.0.1", false)]
    [InlineData("", "10.0.0.1", false)]
    public void CidrsContainIp_NetworksAndAddress_Compares(string cidrs, string address, bool expected) =>
        Assert.Equal(expected, KernelCalls.Call("cidrs_contain_ip", cidrs, address));

    [Fact]
    public void CidrsContainIp_ManyRowsOfIPv4_AllocatesNothingPerRow()
    {
        var column = Cells.Strings([.. Enumerable.Range(0, 4000).Select(i => $"10.0.{i / 256}.{i % 256}")]);
        var schema = Cells.Schema(("ip", DataType.String));
        var call = PlanWriter.Call("cidrs_contain_ip", PlanWriter.Constant("""["10.0.1.0/24"]"""), Ip());
        using var compiled = (FixedExpression<bool>)new ExpressionCompiler(schema, new ExecutionOptions())
            .Compile(call);
        var batch = Cells.Batch(column);
        Assert.Equal(256, compiled.Evaluate(batch).Count(true));

        Assert.Equal(0, Allocations.Least(() => compiled.Evaluate(batch)));
    }

    [Fact]
    public void Nslookup_NamesOfSomeAddresses_KeepsTheInputOfTheOthers()
    {
        var names = new KnownNames();
        var options = new ExecutionOptions { Environment = new QueryEnvironment { ReverseNames = names } };
        var schema = Cells.Schema(("ip", DataType.String));
        using var compiled = new ExpressionCompiler(schema, options).Compile(PlanWriter.Call("nslookup", Ip()));
        var cells = (string[])["10.0.0.1", "10.0.0.2", "10.0.0.1", "host", "", "::1", new string('1', 100)];

        object[] Run(StringColumn column) => Cells.ToArray(compiled.Materialize(Cells.Batch(column)));

        var expected = (string[])["one", "10.0.0.2", "one", "host", "", "loop", cells[6]];
        Assert.Equal(expected, Run(Cells.Strings(cells)));
        Assert.Equal(expected, Run(Cells.Dictionary(cells)));
        Assert.Equal(["10.0.0.1", "10.0.0.2", "::1"], names.Asked.Select(address => address.ToString()));
    }

    private static Plans.Expressions.ColumnExpression Ip() => new("ip", DataType.String, SemanticType.None);

    private sealed class KnownNames : IReverseNames
    {
        public List<IPAddress> Asked { get; } = [];

        public IReadOnlyList<string?> Find(IReadOnlyList<IPAddress> addresses)
        {
            Asked.AddRange(addresses);
            return [.. addresses.Select(address => address.ToString() switch
            {
                "10.0.0.1" => "one",
                "::1" => "loop",
                _ => null,
            })];
        }
    }
}
