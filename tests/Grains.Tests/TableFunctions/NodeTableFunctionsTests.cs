using System.Collections.Immutable;
using System.Globalization;
using PixieOrleans.Exec;
using PixieOrleans.Exec.TableFunctions;
using PixieOrleans.Grains.TableFunctions;
using PixieOrleans.Grains.Tests.Clusters;
using PixieOrleans.Model;
using PixieOrleans.Model.Entities;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Functions;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.Grains.Tests.TableFunctions;

public sealed class NodeTableFunctionsTests
{
    private const uint Asid = 7;

    [Fact]
    public void Read_EveryFunctionOfNodes_YieldsTheColumnsOfTheCatalog()
    {
        var functions = Functions(new TableStore([TestNode.Requests], 1 << 20, shards: 1));
        var catalog = TableFunctionCatalog.All.Where(function => function.Site == TableFunctionSite.EveryNode);

        Assert.All(catalog, function =>
        {
            var batch = Assert.Single(functions.Read(function.Name, []));
            Assert.Equal(function.Columns.Select(column => column.Type), batch.Columns.Select(column => column.Type));
            Assert.InRange(batch.Rows, 1, int.MaxValue);
            Assert.All(((Int64Column)batch.Columns[0]).Values.ToArray(), asid => Assert.Equal(Asid, asid));
        });
    }

    [Fact]
    public void Read_FunctionOfTheMergePart_IsRefused() => Assert.Throws<InvalidPlanException>(
        () => Functions(new TableStore([], 1 << 20, shards: 1)).Read("GetTables", []));

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(Asid, 1)]
    [InlineData(8, 0)]
    public void Read_WithANumber_AnswersOnlyWhenMeant(long wanted, int rows)
    {
        var argument = new ConstantExpression(
            wanted.ToString(CultureInfo.InvariantCulture), DataType.Int64, SemanticType.None);

        var batch = Assert.Single(Functions(new TableStore([], 1 << 20, 1)).Read("_HeapStatsNumeric", [argument]));

        Assert.Equal(rows, batch.Rows);
    }

    [Fact]
    public void Read_TableInfo_TellsTheStatisticsOfTheStore()
    {
        var store = new TableStore([TestNode.Requests], 1 << 20, shards: 1);
        var writer = store.Writer("requests", 0);
        writer.WriteInt64(5);
        writer.WriteString("n"u8);
        writer.WriteString("/"u8);
        writer.WriteInt64(1);
        writer.EndRow();
        var statistics = Assert.Single(store.GetStatistics());

        var batch = Assert.Single(Functions(store).Read("_DebugTableInfo", []));

        long Cell(string column) => ((Int64Column)batch.Columns[IndexOf("_DebugTableInfo", column)]).Values[0];
        Assert.Equal(statistics.Bytes, Cell("size"));
        Assert.Equal(statistics.BudgetBytes, Cell("max_table_size"));
        Assert.Equal(0, Cell("num_batches")); // the row is in a batch that is still written
        Assert.Equal(5, Cell("min_time"));
    }

    [Fact]
    public void AddStatus_LinesOfTheKernel_AreBytes()
    {
        var rows = new TableRows(TableFunctionCatalog.Find("_DebugAgentProcStatus")!.Columns);

        ProcessTables.AddStatus(
            Asid, ["Name:\tpxo", "VmPeak:\t  10 kB", "VmRSS:\t2 kB", "voluntary_ctxt_switches:\t9"], rows);

        var cells = rows.ToBatch().Columns.Select(column => ((Int64Column)column).Values[0]).ToArray();
        Assert.Equal([Asid, 10240, 0, 0, 0, 0, 2048, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0], cells);
    }

    [Fact]
    public void AddMaps_LinesOfTheKernel_IsARowPerMapping()
    {
        var rows = new TableRows(TableFunctionCatalog.Find("_DebugAgentProcSMaps")!.Columns);

        ProcessTables.AddMaps(
            Asid,
            [
                "7f00-7f10 r-xp 00001000 08:01 1234                  /lib/a b.so", "Size:  64 kB", "Rss: 4 kB",
                "VmFlags: rd ex mr",
                "7f20-7f30 rw-p 00000000 00:00 0 ", "Size:  8 kB",
            ],
            rows);

        var batch = rows.ToBatch();
        Assert.Equal(["7f00-7f10|00001000|/lib/a b.so", "7f20-7f30|00000000|"], Texts(batch));
        Assert.Equal([65536, 8192], ((Int64Column)batch.Columns[4]).Values.ToArray());
        Assert.Equal([4096, 0], ((Int64Column)batch.Columns[7]).Values.ToArray());
    }

    private static IEnumerable<string> Texts(RowBatch batch) => Enumerable.Range(0, batch.Rows).Select(row =>
        string.Join('|', batch.Columns.Skip(1).Take(3).Select(column =>
            System.Text.Encoding.UTF8.GetString(((StringColumn)column).GetUtf8(row)))));

    private static int IndexOf(string function, string column) => TableFunctionCatalog.Find(function)!.Columns
        .Select(known => known.Name).ToImmutableArray().IndexOf(column);

    private static NodeTableFunctions Functions(TableStore store) =>
        new(Asid, "host", store.GetStatistics, EntitySnapshot.Empty);
}
