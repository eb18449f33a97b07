using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PixieOrleans.Cli.Query;

namespace PixieOrleans.Cli.Server;

/// <summary>Calls of the silo's REST API.</summary>
internal sealed class SiloClient : IDisposable
{
    private static readonly TimeSpan ShortCallTimeout = TimeSpan.FromSeconds(15);

    // How long the silo may take on top of the query's own deadline, which it keeps itself.
    private static readonly TimeSpan DeadlineMargin = TimeSpan.FromSeconds(5);

    // The silo's own default is not known here; this ends the wait for a silo that hangs.
    private static readonly TimeSpan UnknownDeadline = TimeSpan.FromMinutes(15);

    private readonly Uri _address;
    private readonly HttpClient _http;

    /// <summary>A client of the silo at <paramref name="address"/>.</summary>
    public SiloClient(Uri address)
    {
        _address = address;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan, // each call has its own deadline
        };
    }

    /// <summary>GET of a path, as JSON.</summary>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await SendAsync(request, ShortCallTimeout, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
        return document.RootElement.Clone();
    }

    /// <summary>The scripts that can be run by name.</summary>
    public async Task<IReadOnlyList<ScriptSummary>> ScriptsAsync(CancellationToken cancellationToken) =>
        (await GetAsync("/api/v1/scripts", ServerJson.Default.ScriptList, cancellationToken)).Scripts;

    /// <summary>A script by its name.</summary>
    public Task<Script> ScriptAsync(string name, CancellationToken cancellationToken)
    {
        var parts = name.Split('/');
        if (parts.Length != 2 || parts.Contains(""))
        {
            throw new UsageException($"'{name}' is not the name of a script; names look like px/http_data");
        }

        var path = $"/api/v1/scripts/{Uri.EscapeDataString(parts[0])}/{Uri.EscapeDataString(parts[1])}";
        return GetAsync(path, ServerJson.Default.Script, cancellationToken);
    }

    /// <summary>Starts a query. The caller owns the response, whose body arrives while rows do.</summary>
    public async Task<HttpResponseMessage> QueryAsync(
        QueryRequest query, string[] mediaTypes, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/query")
        {
            Content = JsonContent.Create(query, ServerJson.Default.QueryRequest),
        };
        var quality = 1.0; // the first is the one that is wanted
        foreach (var mediaType in mediaTypes)
        {
            request.Headers.Accept.Add(
                quality < 1 ? new MediaTypeWithQualityHeaderValue(mediaType, quality) : new(mediaType));
            quality /= 2;
        }

        var timeout = query.TimeoutMs is { } ms ? TimeSpan.FromMilliseconds(ms) + DeadlineMargin : UnknownDeadline;
        return await SendAsync(request, timeout, cancellationToken);
    }

    /// <summary>GET of a profile. The caller owns the response.</summary>
    public Task<HttpResponseMessage> ProfileAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), UnknownDeadline, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await SendAsync(request, ShortCallTimeout, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await JsonSerializer.DeserializeAsync(body, type, cancellationToken)
            ?? throw new ServerException("the silo sent an empty answer");
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
        }
        catch (HttpRequestException error) when (error.HttpRequestError is
            HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or
            HttpRequestError.SecureConnectionError)
        {
            throw new SiloUnreachableException(_address, error);
        }
        catch (HttpRequestException error)
        {
            throw new ServerException($"{_address} broke off: {error.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{_address} did not answer within {timeout.TotalSeconds:0.#} s");
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            throw Problem.Parse(body).ToException((int)response.StatusCode);
        }
    }
}
