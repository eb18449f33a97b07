using System.Collections.Immutable;
using System.Numerics;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Kernels.Names;

/// <summary>Names of the codes that protocols use.</summary>
internal static class NameKernels
{
    /// <summary>Adds the family.</summary>
    public static void Register(KernelTable table)
    {
        Add(table, "protocol_name", CodeNames.WithNumber(ProtocolNames.Protocols, "Invalid (", ")"));
        Add(table, "http_resp_message", CodeNames.WithText(ProtocolNames.HttpStatuses, "Unassigned"));
        Add(table, "grpc_status_code_to_str", CodeNames.WithText(ProtocolNames.GrpcStatuses, "unknown code"));
        Add(table, "dns_rcode_name", CodeNames.WithNumber(ProtocolNames.DnsReplyCodes));
        Add(table, "mysql_command_name", CodeNames.WithNumber(ProtocolNames.MySqlCommands));
        Add(table, "cql_opcode_name", CodeNames.WithNumber(ProtocolNames.CqlOpcodes));
        Add(table, "kafka_api_key_name", CodeNames.WithNumber(ProtocolNames.KafkaApiKeys));
        Add(table, "mux_frame_type_name", CodeNames.WithNumber(ProtocolNames.MuxFrameTypes, "Unknown (", ")"));
        Add(table, "amqp_frame_type_name", CodeNames.WithNumber(AmqpNames.FrameTypes));
        var methods = CodeNames.WithText(
            AmqpNames.Methods.Select(method => (AmqpMethodCode.Apply(method.Class, method.Method), method.Name))
                .ToImmutableArray(),
            "Unknown");
        table.Add("amqp_method_name", "II:S", call => new NameExpression(
            new BinaryExpression<long, AmqpMethodCode>(
                (FixedExpression<long>)call.Arguments[0],
                (FixedExpression<long>)call.Arguments[1],
                DataType.Int64),
            methods,
            call.Options));
    }

    private static void Add(KernelTable table, string function, CodeNames names) =>
        table.Add(function, "I:S", call => new NameExpression(
            (FixedExpression<long>)call.Arguments[0], names, call.Options));
}

/// <summary>Names of numbers: codes into the dictionary of the names as long as all numbers have one.</summary>
internal sealed class NameExpression(FixedExpression<long> code, CodeNames names, ExecutionOptions options)
    : StringExpression(code)
{
    private readonly StringArena _arena = new(options.MaxStringColumnBytes);

    /// <inheritdoc/>
    public override StringColumn Evaluate(RowBatch batch)
    {
        var cells = code.Evaluate(batch);
        var rows = GC.AllocateUninitializedArray<int>(cells.Length);
        for (var i = 0; i < cells.Length; i++)
        {
            rows[i] = names.RowOf(cells[i]);
            if (rows[i] < 0)
            {
                return WriteOut(cells);
            }
        }

        return new DictionaryStringColumn(rows, names.Dictionary);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _arena.Dispose();
        base.Dispose();
    }

    private ArenaStringColumn WriteOut(ReadOnlySpan<long> cells)
    {
        _arena.Start();
        foreach (var cell in cells)
        {
            names.Append(cell, _arena);
            _arena.EndCell();
        }

        return _arena.ToColumn();
    }
}

/// <summary>Numbers of class and method as one; -1, which names nothing, when one is outside the table.</summary>
internal readonly struct AmqpMethodCode : IBinaryOperation<long>
{
    private const int MethodBits = 7;
    private const int MaxClass = 127;
    private const int MaxMethod = (1 << MethodBits) - 1;

    /// <inheritdoc/>
    public static bool IsVectorized => false;

    /// <inheritdoc/>
    public static long Apply(long left, long right) =>
        (ulong)left <= MaxClass && (ulong)right <= MaxMethod ? left << MethodBits | right : -1;

    /// <inheritdoc/>
    public static Vector<long> Apply(Vector<long> left, Vector<long> right) => throw new NotSupportedException();
}
