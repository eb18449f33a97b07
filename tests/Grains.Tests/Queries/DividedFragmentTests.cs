using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PixieOrleans.Exec;
using PixieOrleans.Exec.Splitting;
using PixieOrleans.Grains.Fragments;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.Grains.Tests.Queries;

public sealed class DividedFragmentTests
{
    private const int Rows = 50_000; // a dozen sealed batches and a growing one

    private static readonly TableSchema Schema = new(
        "t", "", [new("time_", DataType.Time64Ns), new("key", DataType.String), new("x", DataType.Int64)]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void TryRun_OnThreads_SendsStatesOfAllRows(int threads)
    {
        var split = PlanSplitter.Split(SumsByKey());
        var sent = new Sink();

        var ran = DividedFragment.TryRun(
            split.Fragment, Tables(3), () => new ExecutionOptions(), threads, sent, out var scanned, Token);

        Assert.True(ran);
        Assert.Equal(Rows, scanned.Rows);
        Assert.InRange(scanned.Bytes, 8 * Rows, 100 * Rows);
        Assert.Equal(["key0|416658333", "key1|416675000", "key2|416641667"], sent.Merge(split.Merge).Order());
    }

    [Fact]
    public void TryRun_WithLessMemoryThanThePartsNeed_SendsNothing()
    {
        var split = PlanSplitter.Split(SumsByKey());
        var sent = new Sink();
        var options = new ExecutionOptions { MaxAggregateBytes = 1 << 18, MaxExecutionBytes = 1 << 18 };

        Assert.False(DividedFragment.TryRun(
            split.Fragment, Tables(Rows), () => options, 2, sent, out _, Token));
        Assert.Empty(sent.Exchanges);
    }

    [Fact]
    public void TryRun_Cancelled_Throws()
    {
        var split = PlanSplitter.Split(SumsByKey());

        Assert.Throws<OperationCanceledException>(() => DividedFragment.TryRun(
            split.Fragment, Tables(3), () => new ExecutionOptions(), 2, new Sink(), out _, new(canceled: true)));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static TableStore Tables(int keys)
    {
        var store = new TableStore([Schema], 64 << 20, 1);
        var writer = store.Writer("t", 0);
        for (var i = 0; i < Rows; i++)
        {
            writer.WriteInt64(i);
            writer.WriteString(Encoding.UTF8.GetBytes($"key{i % keys}"));
            writer.WriteInt64(i);
            writer.EndRow();
        }

        return store;
    }

    private static Plan SumsByKey()
    {
        var x = new ColumnExpression("x", DataType.Int64, SemanticType.None);
        ImmutableArray<ColumnSchema> output = [Schema.Columns[1], new("sum", DataType.Int64)];
        return new Plan(
        [
            new TableScanNode(0, Schema.Columns, "t", null, null),
            new AggregateNode(
                1, [0], output, ["key"], [new AggregateCall("sum", "sum", [x])], AggregateMode.Complete),
            new ResultNode(2, [1], output, "output"),
        ]);
    }

    private sealed class Sink : IBatchSink
    {
        private readonly List<string> _rows = [];

        public List<(int Channel, RowBatch Batch)> Exchanges { get; } = [];

        public List<string> Merge(Plan plan)
        {
            using var merge = new PlanExecution(plan, null, new ExecutionOptions(), this);
            Exchanges.ForEach(sent => merge.Push(sent.Channel, sent.Batch, Token));
            merge.Complete(Token);
            return _rows;
        }

        public void OnResult(string table, ImmutableArray<ColumnSchema> columns, RowBatch batch)
        {
            for (var i = 0; i < batch.Rows; i++)
            {
                var key = Encoding.UTF8.GetString(((StringColumn)batch.Columns[0]).GetUtf8(i));
                var sum = ((Int64Column)batch.Columns[1]).Values[i];
                _rows.Add(string.Create(CultureInfo.InvariantCulture, $"{key}|{sum}"));
            }
        }

        public void OnExchange(int channel, ImmutableArray<ColumnSchema> columns, RowBatch batch) =>
            Exchanges.Add((channel, batch));
    }
}
