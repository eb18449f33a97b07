using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace PixieOrleans.TestKit.Servers;

/// <summary>Client of a silo's REST API.</summary>
public sealed class PxoClient(Uri address) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>Address of the API.</summary>
    public Uri Address => address;

    /// <summary>True when /readyz says so.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync("/readyz", cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException) // not listening yet
        {
            return false;
        }
    }

    /// <summary>GET of a path, as JSON.</summary>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        await _http.GetFromJsonAsync<JsonElement>(path, cancellationToken);

    /// <summary>Runs a script; an error of the server becomes an exception with its text.</summary>
    public async Task<Answer> QueryAsync(string script, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/query")
        {
            Content = JsonContent.Create(new { query = script, timeoutMs = 30_000, maxRows = 1_000_000 }),
            Headers = { Accept = { new MediaTypeWithQualityHeaderValue("application/json") } },
        };
        using var response = await _http.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{(int)response.StatusCode}: {body}\nscript:\n{script}");
        }

        using var document = JsonDocument.Parse(body);
        return new Answer(document.RootElement.Clone());
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}

/// <summary>An answer to a query.</summary>
public sealed class Answer(JsonElement root)
{
    /// <summary>The whole answer.</summary>
    public JsonElement Root => root;

    /// <summary>True when nothing is missing.</summary>
    public bool IsComplete => root.GetProperty("completeness").GetProperty("complete").GetBoolean();

    /// <summary>Text of the completeness record, for messages.</summary>
    public string Completeness => root.GetProperty("completeness").GetRawText();

    /// <summary>Events lost in all places of all nodes.</summary>
    public long LostEvents => root.GetProperty("completeness").GetProperty("nodes").EnumerateArray()
        .Sum(node => node.GetProperty("lost").EnumerateObject().Sum(cause => cause.Value.GetInt64()));

    /// <summary>Rows that left the tables within the asked time, of all nodes.</summary>
    public long RowsExpired => root.GetProperty("completeness").GetProperty("nodes").EnumerateArray()
        .Sum(node => node.GetProperty("rowsExpired").GetInt64());

    /// <summary>Rows of the first table, by column name.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Rows
    {
        get
        {
            var table = root.GetProperty("tables")[0];
            var names = table.GetProperty("columns").EnumerateArray()
                .Select(column => column.GetProperty("name").GetString()!).ToArray();
            return [.. table.GetProperty("rows").EnumerateArray().Select(row => Named(names, row))];
        }
    }

    private static Dictionary<string, JsonElement> Named(string[] names, JsonElement row) =>
        names.Zip(row.EnumerateArray()).ToDictionary(cell => cell.First, cell => cell.Second);
}
