using System.Text;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Kernels.Entities;

/// <summary>Upids and their parts, the machine that evaluates a row, and the cluster it belongs to.</summary>
internal static class ProcessKernels
{
    /// <summary>Adds the family.</summary>
    public static void Register(KernelTable table)
    {
        Integer(table, "_exec_host_num_cpus", static environment => environment.Cpus);
        Integer(table, "asid", static environment => environment.Asid);
        Text(table, "_exec_hostname", static environment => environment.Hostname);
        Text(table, "vizier_id", static environment => environment.ClusterId);
        Text(table, "vizier_name", static environment => environment.ClusterName);
        Text(table, "vizier_namespace", static environment => environment.ClusterNamespace);
        table.Add("upid", "II:U", static call => new MakeUpid(
            new FixedConstant<long>(DataType.Int64, call.Options.Environment.Asid),
            (FixedExpression<long>)call.Arguments[0],
            (FixedExpression<long>)call.Arguments[1]));
        table.Add("upid", "III:U", static call => new MakeUpid(
            (FixedExpression<long>)call.Arguments[0],
            (FixedExpression<long>)call.Arguments[1],
            (FixedExpression<long>)call.Arguments[2]));
        table.Add("upid_to_asid", "U:I", static call => new UpidPart<AsidPart>(call));
        table.Add("upid_to_pid", "U:I", static call => new UpidPart<PidPart>(call));
        table.Add("upid_to_start_ts", "U:T", static call => new UpidPart<StartPart>(call));
        table.Add("upid_to_string", "U:S", static call => PerProcess(
            call, static upid => Upid.FromUInt128(upid).ToString()));
        table.Add("shared_libraries", "U:S", static call => PerProcess(
            call, upid => EntityText.OneOrArray(call.Options.Environment.ProcessFiles.MappedFiles(upid))));
    }

    private static LookUpText<UInt128> PerProcess(KernelCall call, Func<UInt128, string> find)
    {
        var upids = (FixedExpression<UInt128>)call.Arguments[0];
        return new LookUpText<UInt128>(new UpidReader(upids), upids, (_, upid) => find(upid), call.Options);
    }

    private static void Integer(KernelTable table, string function, Func<QueryEnvironment, long> valueOf) =>
        table.Add(function, ":I", call => new FixedConstant<long>(DataType.Int64, valueOf(call.Options.Environment)));

    private static void Text(KernelTable table, string function, Func<QueryEnvironment, string> valueOf) =>
        table.Add(function, ":S", call => new StringConstant(
            Encoding.UTF8.GetBytes(valueOf(call.Options.Environment))));
}

/// <summary>A upid of three numbers.</summary>
internal sealed class MakeUpid(FixedExpression<long> asid, FixedExpression<long> pid, FixedExpression<long> start)
    : FixedExpression<UInt128>(DataType.UInt128, asid, pid, start)
{
    /// <inheritdoc/>
    public override void EvaluateInto(RowBatch batch, Span<UInt128> destination)
    {
        var asids = asid.Evaluate(batch);
        var pids = pid.Evaluate(batch);
        var starts = start.Evaluate(batch);
        for (var row = 0; row < batch.Rows; row++)
        {
            destination[row] = new UInt128(((ulong)asids[row] << 32) | (uint)pids[row], (ulong)starts[row]);
        }
    }
}

/// <summary>A number within a upid.</summary>
internal interface IUpidPart
{
    /// <summary>Takes it out.</summary>
    static abstract long Of(UInt128 upid);
}

/// <summary>Number of the agent.</summary>
internal readonly struct AsidPart : IUpidPart
{
    /// <inheritdoc/>
    public static long Of(UInt128 upid) => (long)(ulong)(upid >> 96);
}

/// <summary>Process id.</summary>
internal readonly struct PidPart : IUpidPart
{
    /// <inheritdoc/>
    public static long Of(UInt128 upid) => (uint)(upid >> 64);
}

/// <summary>Start ticks.</summary>
internal readonly struct StartPart : IUpidPart
{
    /// <inheritdoc/>
    public static long Of(UInt128 upid) => (long)(ulong)upid;
}

/// <summary>Takes a number out of every upid.</summary>
internal sealed class UpidPart<TPart>(KernelCall call)
    : FixedExpression<long>(call.Result, call.Arguments[0])
    where TPart : struct, IUpidPart
{
    /// <inheritdoc/>
    public override void EvaluateInto(RowBatch batch, Span<long> destination)
    {
        var upids = ((FixedExpression<UInt128>)call.Arguments[0]).Evaluate(batch);
        for (var row = 0; row < upids.Length; row++)
        {
            destination[row] = TPart.Of(upids[row]);
        }
    }
}
