using System.Diagnostics.Metrics;
using System.Net;
using PixieOrleans.Api.Tests.Hosting;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Api.Tests.Queries;

public sealed class StreamEndpointTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Script =
        "import px\ndf = px.DataFrame('samples')\npx.display(df[['text', 'count']].stream(), 'live')\n";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Post_Stream_SendsRowsAsTheyAreWrittenUntilTheReaderLeaves()
    {
        using var cancelled = new CancelledFragments();
        using var response = await PostAsync("application/json, application/x-ndjson; q=0.5");
        using var lines = new StreamReader(
            await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));

        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith(
            """{"_started_":{"tables":[{"name":"live","columns":[{"name":"text","type":"STRING",""",
            await ReadAsync(lines), StringComparison.Ordinal);
        Assert.Contains("\"_tableName_\":\"live\"", await ReadAsync(lines), StringComparison.Ordinal);
        Assert.Contains("\"_tableName_\":\"live\"", await ReadAsync(lines), StringComparison.Ordinal);
        server.Node.AddRow(2_000_000_000, 1, "later"u8.ToArray(), 5, 0, true);
        Assert.Equal("""{"_tableName_":"live","text":"later","count":5}""", await ReadAsync(lines));

        response.Dispose(); // the reader leaves

        await Poll.UntilAsync(
            () => Task.FromResult(cancelled.Count > 0),
            Deadline,
            () => "the node's fragment is cancelled",
            TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("text/csv")]
    [InlineData("application/json")]
    public async Task Post_StreamInAFormWithAnEnd_IsAProblem(string accept)
    {
        using var response = await PostAsync(accept);

        Assert.Equal(HttpStatusCode.NotAcceptable, response.StatusCode);
        Assert.Contains(
            "application/x-ndjson only",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> PostAsync(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/query");
        request.Content = new StringContent(Script);
        request.Headers.Add("Accept", accept);
        return await server.Client.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    private static async Task<string> ReadAsync(StreamReader lines) =>
        await lines.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Deadline) ?? "(end)";

    /// <summary>Counts the fragments that end because their reader left.</summary>
    private sealed class CancelledFragments : IDisposable
    {
        private readonly MeterListener _listener = new();
        private int _count;

        public CancelledFragments()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "pxo.fragments")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
            {
                if (tags.Contains(new KeyValuePair<string, object?>("outcome", "cancelled")))
                {
                    Interlocked.Add(ref _count, (int)value);
                }
            });
            _listener.Start();
        }

        public int Count => Volatile.Read(ref _count);

        public void Dispose() => _listener.Dispose();
    }
}
