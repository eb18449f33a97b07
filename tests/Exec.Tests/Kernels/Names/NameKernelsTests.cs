using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Tests.Kernels.Names;

public sealed class NameKernelsTests
{
    public static TheoryData<string, long, string> Codes => new()
    {
        { "protocol_name", 0, "Unknown" },
        { "protocol_name", 1, "HTTP" },
        { "protocol_name", 9, "Mongo" },
        { "protocol_name", 11, "Invalid (11)" },
        { "protocol_name", 12, "AMQP" },
        { "protocol_name", 13, "Invalid (13)" },
        { "protocol_name", -1, "Invalid (-1)" },
        { "http_resp_message", 200, "OK" },
        { "http_resp_message", 306, "(Unused)" },
        { "http_resp_message", 511, "Network Authentication Required" },
        { "http_resp_message", 299, "Unassigned" },
        { "http_resp_message", 99, "Unassigned" },
        { "http_resp_message", -1, "Unassigned" },
        { "grpc_status_code_to_str", 0, "OK" },
        { "grpc_status_code_to_str", 16, "UNAUTHENTICATED" },
        { "grpc_status_code_to_str", -1, "DO_NOT_USE" },
        { "grpc_status_code_to_str", 17, "unknown code" },
        { "dns_rcode_name", 3, "NXDOMAIN" },
        { "dns_rcode_name", 12, "12" },
        { "dns_rcode_name", 23, "BADCOOKIE" },
        { "mysql_command_name", 31, "ResetConnection" },
        { "mysql_command_name", 32, "32" },
        { "cql_opcode_name", 4, "4" },
        { "cql_opcode_name", 16, "AuthSuccess" },
        { "kafka_api_key_name", 61, "DescribeProducers" },
        { "kafka_api_key_name", 92, "DeleteShareGroupOffsets" },
        { "kafka_api_key_name", 93, "93" },
        { "kafka_api_key_name", long.MinValue, "-9223372036854775808" },
        { "mux_frame_type_name", -128, "Rerr" },
        { "mux_frame_type_name", 127, "Rerr (legacy)" },
        { "mux_frame_type_name", 3, "Unknown (3)" },
        { "mux_frame_type_name", long.MaxValue, "Unknown (9223372036854775807)" },
        { "amqp_frame_type_name", 8, "Heartbeat" },
        { "amqp_frame_type_name", 4, "4" },
    };

    public static TheoryData<long, long, string> Methods => new()
    {
        { 60, 40, "BasicPublish" },
        { 10, 11, "ConnectionStart-ok" },
        { 90, 0, "Tx" },
        { 0, 0, "Unknown" },
        { 11, 0, "Unknown" },
        { 60, 12, "Unknown" },
        { 60, 40 + 128, "Unknown" },
        { 60, -1, "Unknown" },
        { -1, 10, "Unknown" },
        { long.MaxValue, 0, "Unknown" },
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public void Call_Code_IsItsName(string function, long code, string expected) =>
        Assert.Equal(expected, KernelCalls.Call(function, code));

    [Theory]
    [MemberData(nameof(Methods))]
    public void AmqpMethodName_ClassAndMethod_IsTheirName(long classId, long methodId, string expected) =>
        Assert.Equal(expected, KernelCalls.Call("amqp_method_name", classId, methodId));

    [Fact]
    public void DnsRcodeName_KnownAndUnknownRows_NamesEach() =>
        Assert.Equal(["NOERROR", "99", "NXDOMAIN"], KernelCalls.CallRows("dns_rcode_name", [0L, 99L, 3L]));

    [Fact]
    public void MySqlCommandName_KnownCodes_ShareOneDictionaryAmongBatches()
    {
        using var compiled = new ExpressionCompiler(Cells.Schema(("c", DataType.Int64)), new ExecutionOptions())
            .Compile(new CallExpression(
                "mysql_command_name",
                [new ColumnExpression("c", DataType.Int64, SemanticType.None)],
                DataType.String,
                SemanticType.None));

        var first = Assert.IsType<DictionaryStringColumn>(
            compiled.Materialize(Cells.Batch(new Int64Column(new[] { 3L, 1L }))));
        var second = Assert.IsType<DictionaryStringColumn>(
            compiled.Materialize(Cells.Batch(new Int64Column(new[] { 22L }))));

        Assert.Equal(["Query", "Quit"], Cells.ToArray(first));
        Assert.Same(first.Dictionary, second.Dictionary);
    }
}
