using System.Diagnostics;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Model.Entities;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Tables.Columns;
using PixieOrleans.TestKit;

namespace PixieOrleans.Exec.Tests.Kernels.Entities;

public sealed class LookUpAllocationTests
{
    private const int Rows = 8192;
    private const int Processes = 50;

    [Theory]
    [InlineData("upid_to_pod_name", 1)]
    [InlineData("upid_to_service_name", 1)]
    [InlineData("_upid_to_podname_local_addr_fallback", 3)]
    public void Evaluate_FewProcessesInManyBatches_AllocatesTheCodesOnly(string function, int arguments)
    {
        const int Batches = 100;
        const int MaxBatchBytes = (sizeof(int) * Rows) + 1024;
        var columns = Cells.Schema(("u", DataType.UInt128), ("s", DataType.String), ("t", DataType.Time64Ns));
        var call = new CallExpression(
            function,
            [.. columns.Take(arguments).Select(c => new ColumnExpression(c.Name, c.Type, SemanticType.None))],
            DataType.String,
            SemanticType.None);
        var options = new ExecutionOptions { Environment = new QueryEnvironment { Entities = CreateEntities() } };
        using var names = new ExpressionCompiler(columns, options).Compile(call);
        var batch = Cells.Batch(
            new UInt128Column(Enumerable.Range(0, Rows).Select(i => UpidOf((i * 7) % Processes)).ToArray()),
            Cells.Strings([.. Enumerable.Repeat("10.0.0.1", Rows)]),
            new Int64Column(new long[Rows], DataType.Time64Ns));
        var first = (DictionaryStringColumn)names.Materialize(batch);
        var watch = new Stopwatch();

        var allocated = Allocations.Least(
            () =>
            {
                for (var i = 0; i < Batches; i++)
                {
                    Assert.Same(first.Dictionary, ((DictionaryStringColumn)names.Materialize(batch)).Dictionary);
                }
            },
            Batches * MaxBatchBytes,
            prepare: watch.Restart);

        var perBatch = allocated / Batches;
        TestContext.Current.SendDiagnosticMessage(
            $"{function}: {watch.Elapsed.TotalNanoseconds / (Batches * Rows):F1} ns per row, {perBatch} bytes a batch");
        Assert.InRange(perBatch, 0, MaxBatchBytes);
    }

    private static UInt128 UpidOf(int process) => new Upid(1, (uint)process, 100).ToUInt128();

    private static EntitySnapshot CreateEntities()
    {
        var state = new EntityState();
        for (var i = 0; i < Processes; i++)
        {
            state.Set(new Service($"s{i}", "host", $"program{i}"));
            state.Set(new Pod($"p{i}", "host", $"program{i}-1") { ServiceIds = [$"s{i}"] });
            state.Set(new Model.Entities.Process(Upid.FromUInt128(UpidOf(i)), "program", PodId: $"p{i}"));
        }

        return state.ToSnapshot();
    }
}
