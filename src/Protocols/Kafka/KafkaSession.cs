using System.Buffers.Binary;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Kafka;

/// <summary>A Kafka connection: a response belongs to the request of its correlation id.</summary>
internal sealed class KafkaSession(SessionContext context, FramingOptions options, KafkaTopicNames names)
    : FramedSession(context, options)
{
    private const int FirstVersionWithTransactions = 3; // of Produce
    private const short UnsupportedVersion = 35; // error code
    private const int MaxKeptBytes = 4 << 10; // of a response, until the next one
    private const int MaxCandidates = 64; // frames looked into per search, so that hostile bytes cost little

    private readonly KafkaTopicNames _names = names;
    private readonly PendingRequests<KafkaRequest> _pending = new(keyed: true);
    private readonly CellText _response = new(KafkaBody.LimitBytes);
    private readonly CellText _client = new(options.BodyLimitBytes);
    private byte[] _clientId = [];
    private ConnectionAddresses _addresses;

    /// <inheritdoc/>
    protected override long PendingBytes =>
        _pending.Bytes + _response.RetainedBytes + _client.RetainedBytes + _clientId.Length;

    /// <inheritdoc/>
    internal override FrameHead ReadHead(Direction direction, ReadOnlySpan<byte> data) =>
        ReadHead(direction, data, strict: false);

    /// <inheritdoc/>
    internal override int FindBoundary(Direction direction, ReadOnlySpan<byte> data)
    {
        var candidates = 0;
        for (var start = 0; start < data.Length && candidates < MaxCandidates; start++)
        {
            var rest = data[start..];
            var head = ReadHead(direction, rest, strict: true);
            if (head.Status != ParseStatus.Success)
            {
                continue;
            }

            candidates++;
            if (IsPlausible(direction, rest, head.Length))
            {
                return start;
            }
        }

        return -1;
    }

    /// <inheritdoc/>
    internal override bool OnFrame(in Frame frame) =>
        frame.Direction == (RequestDirection ?? frame.Direction) ? OnRequest(frame) : OnResponse(frame);

    /// <inheritdoc/>
    protected override void Expire(long beforeNs, long nowNs)
    {
        while (_pending.TakeOverdue(Options, beforeNs) is { } request)
        {
            FinishWithoutResponse(request);
        }
    }

    /// <inheritdoc/>
    protected override void Flush(long timeNs)
    {
        while (_pending.TakeOldest() is { } request)
        {
            FinishWithoutResponse(request);
        }
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        while (_pending.TakeOldest() is { } request)
        {
            RequestPool<KafkaRequest>.Return(request);
        }

        _response.Release();
        _client.Release();
        _clientId = [];
    }

    // A client that wants no acknowledgement gets no answer at all.
    private static bool IsUnanswered(KafkaRequest request, ReadOnlySpan<byte> body)
    {
        if (request.Api != KafkaApi.Produce || request.Schema is null)
        {
            return false;
        }

        var reader = new KafkaReader(body, request.IsFlexible);
        if (request.Version >= FirstVersionWithTransactions)
        {
            reader.ReadString();
        }

        var acks = reader.ReadInt(sizeof(short));
        return !reader.IsStopped && acks == 0;
    }

    // While the role is unknown, only what cannot be a response counts as a request.
    private FrameHead ReadHead(Direction direction, ReadOnlySpan<byte> data, bool strict) =>
        RequestDirection is { } requests && direction != requests
            ? KafkaFrame.ReadResponse(data, _pending, expected: strict)
            : KafkaFrame.ReadRequest(data, named: strict || RequestDirection is null);

    // Whether bytes found in the middle of a stream are a frame: its body fits, and another one may follow it.
    private bool IsPlausible(Direction direction, ReadOnlySpan<byte> data, ulong length)
    {
        if ((ulong)data.Length < length)
        {
            return true;
        }

        var next = data[(int)length..];
        return Fits(data[..(int)length], direction == (RequestDirection ?? direction))
            && (next.IsEmpty || ReadHead(direction, next).Status != ParseStatus.Invalid);
    }

    private bool Fits(ReadOnlySpan<byte> frame, bool isRequest)
    {
        KafkaBodyStatus? status;
        _response.Clear();
        if (isRequest)
        {
            var (api, version) = KafkaFrame.ReadApi(frame);
            status = WriteRequest(KafkaMessages.Find(api, version), version, frame, false, null, _response, out _);
        }
        else
        {
            var request = _pending.Find(KafkaFrame.ReadCorrelation(frame, request: false));
            status = request is null ? KafkaBodyStatus.Malformed : WriteResponse(request, frame, false, null);
        }

        _response.Clear();
        return status is null or KafkaBodyStatus.Complete;
    }

    private bool OnRequest(in Frame frame)
    {
        if (frame.Bytes.Length < KafkaFrame.RequestHeadLength
            || (RequestDirection is null && !frame.IsTruncated && !Fits(frame.Bytes, isRequest: true)))
        {
            return false;
        }

        SeeRequest(frame.Direction);
        var request = RequestPool<KafkaRequest>.Rent();
        (request.Api, request.Version) = KafkaFrame.ReadApi(frame.Bytes);
        request.Schema = KafkaMessages.Find(request.Api, request.Version);
        request.Key = KafkaFrame.ReadCorrelation(frame.Bytes, request: true);
        request.TimeNs = frame.TimeNs;
        request.ClientId = KeepClientId(KafkaFrame.ReadClientId(frame.Bytes));
        var status = WriteRequest(
            request.Schema, request.Version, frame.Bytes, frame.IsTruncated, _names, request.Body, out var body);
        CountPartial(status);
        if (IsUnanswered(request, body))
        {
            Finish(request, 0);
            return true;
        }

        if (_pending.Add(request) is { } replaced)
        {
            FinishWithoutResponse(replaced);
        }

        Expire(long.MinValue, frame.TimeNs);
        return true;
    }

    private bool OnResponse(in Frame frame)
    {
        if (frame.Bytes.Length < KafkaFrame.ResponseHeadLength)
        {
            return false;
        }

        var correlation = KafkaFrame.ReadCorrelation(frame.Bytes, request: false);
        if (_pending.Find(correlation) is null)
        {
            GiveUpGaps(Opposite(frame.Direction), frame.TimeNs); // the request may wait behind one
        }

        if (_pending.Find(correlation) is not { } request)
        {
            Context.Counters.ResponsesWithoutRequest++;
            return true;
        }

        _pending.Remove(request);
        _response.Clear();
        CountPartial(WriteResponse(request, frame.Bytes, frame.IsTruncated, _names));
        Finish(request, Math.Max(0, frame.TimeNs - request.TimeNs));
        return true;
    }

    // Null when the body is not shown.
    private static KafkaBodyStatus? WriteRequest(
        KafkaSchema? schema, int version, ReadOnlySpan<byte> frame, bool truncated, KafkaTopicNames? names,
        CellText text, out ReadOnlySpan<byte> body)
    {
        body = frame[(KafkaFrame.RequestHeadLength + KafkaFrame.ReadClientId(frame).Length)..];
        if (schema is null)
        {
            return null;
        }

        var flexible = version >= schema.FlexibleFrom;
        body = KafkaFrame.SkipTags(body, flexible);
        return new KafkaBody(version, flexible, body, names, text, truncated).Write(schema.Request);
    }

    private KafkaBodyStatus? WriteResponse(
        KafkaRequest request, ReadOnlySpan<byte> frame, bool truncated, KafkaTopicNames? names)
    {
        if (request.Schema is not { } schema)
        {
            return null;
        }

        var (version, flexible) = (request.Version, request.IsFlexible);
        var body = frame[KafkaFrame.ResponseHeadLength..];
        if (request.Api != KafkaApi.ApiVersions)
        {
            body = KafkaFrame.SkipTags(body, flexible);
        }
        else if (body.Length >= sizeof(short) && BinaryPrimitives.ReadInt16BigEndian(body) == UnsupportedVersion)
        {
            (version, flexible) = (0, false); // a broker answers what it does not know in the oldest version
        }

        return new KafkaBody(version, flexible, body, names, _response, truncated).Write(schema.Response);
    }

    private void CountPartial(KafkaBodyStatus? status)
    {
        if (status is KafkaBodyStatus.Partial or KafkaBodyStatus.Malformed)
        {
            Context.Counters.TruncatedValues++;
        }
    }

    private byte[] KeepClientId(ReadOnlySpan<byte> clientId)
    {
        if (!clientId.SequenceEqual(_clientId))
        {
            _clientId = clientId.ToArray();
        }

        return _clientId;
    }

    private void FinishWithoutResponse(KafkaRequest request)
    {
        Context.Counters.RequestsWithoutResponse++;
        _response.Clear();
        Finish(request, 0);
    }

    private void Finish(KafkaRequest request, long latencyNs)
    {
        _client.Clear();
        _client.AppendText(request.ClientId);
        KafkaEventsTable.Write(Context, ref _addresses, request, _client, _response, latencyNs);
        Context.Counters.Records++;
        RequestPool<KafkaRequest>.Return(request);
        _response.Clear();
        if (_response.RetainedBytes > MaxKeptBytes)
        {
            _response.Release();
        }
    }
}
