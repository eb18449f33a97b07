using System.Text.Json;
using PixieOrleans.Model;
using PixieOrleans.TestKit;

namespace PixieOrleans.NodeProbe.Tests;

public sealed class NodeTablesTests
{
    // Columns that only our tables have, at their end.
    // Tables that the reference does not have.
    private static readonly string[] Ours =
        ["mqtt_events", "memcached_events", "dotnet_stats", "io_uring_users", "off_cpu_stacks"];

    private static readonly Dictionary<string, string[]> Additions = new() { ["tls_events"] = ["ja4"] };

    [Fact]
    public void Schemas_ComparedWithTheReference_HaveItsColumns()
    {
        var path = SourceTree.Find("shared/reference/tables.json");
        Assert.SkipWhen(path is null, "the table reference is not beside this repository");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var tables = document.RootElement.EnumerateObject().ToDictionary(table => table.Name, table => table.Value);

        foreach (var schema in NodeTables.Schemas.Where(schema => !Ours.Contains(schema.Name)))
        {
            var additions = Additions.GetValueOrDefault(schema.Name, []);
            Assert.Equal(
                tables[schema.Name].EnumerateArray().Select(Describe),
                schema.Columns.SkipLast(additions.Length).Select(Describe));
            Assert.Equal(additions, schema.Columns.TakeLast(additions.Length).Select(column => column.Name));
        }
    }

    [Fact]
    public void Schemas_Names_AreUnique() =>
        Assert.Distinct(NodeTables.Schemas.Select(schema => schema.Name));

    private static string Describe(JsonElement column) =>
        string.Join(
            ' ',
            new[] { "name", "type", "semantic", "pattern" }.Select(property => Plain(column.GetProperty(property))));

    private static string Describe(ColumnSchema column) =>
        $"{column.Name} {column.Type} {column.Semantic} {column.Pattern}".ToUpperInvariant().Replace("_", "");

    private static string Plain(JsonElement value) =>
        value.GetString()!.Replace("ST_", "").Replace("_", "").ToUpperInvariant();
}
