using System.Collections.Immutable;
using static PixieOrleans.Plans.Functions.FunctionFamily;

namespace PixieOrleans.Plans.Functions.Catalog;

/// <summary>Names of codes that protocols use.</summary>
internal static class ProtocolFunctions
{
    /// <summary>The functions, by name and overloads.</summary>
    public static readonly ImmutableArray<FunctionFamily> Families =
    [
        Scalar("http_resp_message", "I:S", "Standard reason phrase, Unassigned when unknown."),
        Scalar("grpc_status_code_to_str", "I:S", "gRPC status name, unknown code otherwise."),
        Scalar("dns_rcode_name", "I:S", "Reply code name, number as text when unknown."),
        Scalar("mysql_command_name", "I:S", "Command name, number as text when unknown."),
        Scalar("cql_opcode_name", "I:S", "Opcode name, number as text when unknown."),
        Scalar("kafka_api_key_name", "I:S", "API key name, number as text when unknown."),
        Scalar("mux_frame_type_name", "I:S", "Mux message name, Unknown (n) otherwise."),
        Scalar("amqp_frame_type_name", "I:S", "Frame type name, number as text when unknown."),
        Scalar("amqp_method_name", "II:S",
            "Class plus method name, class name alone when method is 0, Unknown otherwise."),
        Scalar("protocol_name", "I:S", "Name of a protocol number; Mux and TLS numbers give Invalid (n)."),
    ];
}
