using System.Text.Json;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http;

namespace PixieOrleans.Protocols.Tests.Http;

public sealed class HttpEventsTableTests
{
    [Fact]
    public void Schema_ComparedWithTheReference_HasTheSameColumns()
    {
        var path = Find("shared/reference/tables.json");
        Assert.SkipWhen(path is null, "shared/reference/tables.json is not there");
        using var tables = JsonDocument.Parse(File.ReadAllBytes(path!));

        var expected = tables.RootElement.GetProperty("http_events").EnumerateArray().Select(c => string.Join('|',
            c.GetProperty("name").GetString(), c.GetProperty("type").GetString(), Plain(c.GetProperty("semantic")),
            Plain(c.GetProperty("pattern")), c.GetProperty("desc").GetString()));
        var actual = HttpEventsTable.Schema.Columns.Select(c => string.Join('|',
            c.Name, c.Type.ToString().ToUpperInvariant(), Plain(c.Semantic), Plain(c.Pattern), c.Description));

        Assert.Equal(expected, actual);
        Assert.Equal(22, HttpEventsTable.Schema.Columns.Length);
    }

    [Fact]
    public void Find_Registry_HasOneTableForBothVersions()
    {
        var registry = new ProtocolRegistry(new HttpOptions(), new FramingOptions());

        Assert.Equal("http_events", registry.Find(Protocol.Http)!.Table.Name);
        Assert.Same(registry.Find(Protocol.Http)!.Table, registry.Find(Protocol.Http2)!.Table);
        Assert.Null(registry.Find(Protocol.Unknown));
    }

    // ST_HTTP_REQ_METHOD and HttpReqMethod alike: HTTPREQMETHOD.
    private static string Plain(object name)
    {
        var text = name.ToString()!;
        text = text.StartsWith("ST_", StringComparison.Ordinal) ? text[3..] : text;
        return text.Replace("_", "").ToUpperInvariant();
    }

    private static string? Find(string below, [System.Runtime.CompilerServices.CallerFilePath] string source = "")
    {
        for (var folder = Path.GetDirectoryName(source); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, below)))
            {
                return Path.Combine(folder, below);
            }
        }

        return null;
    }
}
