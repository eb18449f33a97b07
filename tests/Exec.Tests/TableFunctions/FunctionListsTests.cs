using PixieOrleans.Exec.TableFunctions;
using PixieOrleans.Plans.Functions;

namespace PixieOrleans.Exec.Tests.TableFunctions;

public sealed class FunctionListsTests
{
    [Fact]
    public void AddFunctions_Scalars_ListsEveryOverloadWithItsTypes()
    {
        var rows = Rows("GetUDFList", list => FunctionLists.AddFunctions(FunctionKind.Scalar, list));

        Assert.Contains("""substring|STRING|{"args":["STRING","INT64","INT64"]}""", rows);
        Assert.Contains("""asid|INT64|{"args":[]}""", rows);
        Assert.Equal(7, rows.Count(row => row.StartsWith("add|", StringComparison.Ordinal)));
        Assert.DoesNotContain(rows, row => row.StartsWith('_'));
    }

    [Fact]
    public void AddFunctions_Aggregates_ListsThem()
    {
        var rows = Rows("GetUDAList", list => FunctionLists.AddFunctions(FunctionKind.Aggregate, list));

        Assert.Contains("""pprof|STRING|{"args":["STRING","INT64","INT64"]}""", rows);
        Assert.DoesNotContain(rows, row => row.StartsWith('_'));
        Assert.DoesNotContain(rows, row => row.StartsWith("substring", StringComparison.Ordinal));
    }

    [Fact]
    public void AddTableFunctions_All_ListsArgumentsAndColumns()
    {
        var rows = Rows("GetUDTFList", FunctionLists.AddTableFunctions);

        Assert.Equal(11, rows.Count);
        const string Arguments = """{"args":[{"name":"include_kelvin","type":"BOOLEAN"}]}""";
        const string Asid = """{"name":"asid","type":"INT64","ptype":"GENERAL","desc":"Agent short id."}""";
        const string Start = $$"""GetLinuxHeadersStatus|UDTF_ONE_KELVIN|{{Arguments}}|{"relation":[{{Asid}},""";
        Assert.Contains(rows, row => row.StartsWith(Start, StringComparison.Ordinal));
    }

    private static List<string> Rows(string function, Action<TableRows> add)
    {
        var rows = new TableRows(TableFunctionCatalog.Find(function)!.Columns);
        add(rows);
        return [.. Cells.Rows(rows.ToBatch())];
    }
}
