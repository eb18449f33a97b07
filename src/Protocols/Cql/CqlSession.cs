using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Cql;

/// <summary>
/// A connection of CQL 3 to 5: an answer belongs to the request of its stream, in any order. This part pairs messages
/// and writes rows.
/// </summary>
internal sealed partial class CqlSession : FramedSession
{
    private const byte SegmentsVersion = 5; // from here on messages are sent in segments once the connection has begun
    private readonly PendingRequests<CqlRequest> _pending = new(keyed: true);
    private readonly CqlStatements _statements;
    private readonly CellText _request; // cell of the request at hand
    private readonly CellText _response;
    private readonly CqlLane[] _lanes; // by direction
    private readonly long[] _lossNs = [long.MinValue, long.MinValue]; // by direction: nothing was lost since
    private long _exposedNs = long.MinValue; // requests up to then were followed by others that were lost
    private ConnectionAddresses _addresses;
    private CqlCompression _compression;
    private byte? _version; // of the last message

    public CqlSession(SessionContext context, FramingOptions options, CqlStatements statements)
        : base(context, options)
    {
        _statements = statements;
        (_request, _response) = (new CellText(options.BodyLimitBytes), new CellText(options.BodyLimitBytes));
        var framing = context.Midstream ? CqlFraming.Unknown : CqlFraming.Messages;
        _lanes = [new(options.FrameBytes) { Framing = framing }, new(options.FrameBytes) { Framing = framing }];
    }

    /// <summary>Segments are kept whole: what was left out of one could be messages of their own.</summary>
    internal override int FrameBytes =>
        _lanes[0].Framing == CqlFraming.Messages && _lanes[1].Framing == CqlFraming.Messages
        ? Options.FrameBytes
        : Math.Max(Options.FrameBytes, CqlSegment.MaxLength);

    /// <inheritdoc/>
    protected override long PendingBytes =>
        _pending.Bytes + _request.RetainedBytes + _response.RetainedBytes + _lanes[0].RetainedBytes
        + _lanes[1].RetainedBytes;

    /// <inheritdoc/>
    internal override FrameHead ReadHead(Direction direction, ReadOnlySpan<byte> data)
    {
        var framing = _lanes[(int)direction].Framing;
        var segment = framing == CqlFraming.Messages ? FrameHead.Invalid : CqlSegment.ReadHead(data);
        if (framing == CqlFraming.Segments || segment.Status == ParseStatus.Success)
        {
            return segment;
        }

        var message = CqlEnvelope.ReadHead(data, IsResponse(direction));
        return message.Status == ParseStatus.Invalid ? segment : message;
    }

    /// <inheritdoc/>
    internal override bool OnFrame(in Frame frame) =>
        _lanes[(int)frame.Direction].Framing != CqlFraming.Messages && CqlSegment.TryRead(frame.Bytes, out var segment)
            ? OnSegment(segment, frame)
            : OnMessage(frame);

    /// <inheritdoc/>
    internal override int FindBoundary(Direction direction, ReadOnlySpan<byte> data)
    {
        const int MaxCandidates = 64; // messages looked into per search, so that hostile bytes cost little
        var candidates = 0;
        for (var start = 0; start < data.Length && candidates < MaxCandidates; start++)
        {
            var rest = data[start..];
            var head = ReadHead(direction, rest);
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
    internal override void OnLoss(Direction direction, long timeNs)
    {
        _lanes[(int)direction].Drop();
        _lossNs[(int)direction] = Math.Max(_lossNs[(int)direction], BehindLossNs);
        if (RequestDirection is not { } requests || _pending.Newest is not { } newest)
        {
            return;
        }

        _exposedNs = direction == requests ? newest.TimeNs : _exposedNs;

        // Of these an answer and the next request of its stream may both be missing: what comes may answer that.
        var doubtfulNs = Math.Min(_exposedNs, _lossNs[(int)Opposite(requests)]);
        while (_pending.Oldest is { } oldest && oldest.TimeNs <= doubtfulNs)
        {
            _pending.Remove(oldest);
            FinishWithoutResponse(oldest, timeNs);
        }
    }

    /// <inheritdoc/>
    protected override void Expire(long beforeNs, long nowNs)
    {
        while (_pending.TakeOverdue(Options, beforeNs) is { } request)
        {
            FinishWithoutResponse(request, nowNs);
        }
    }

    /// <inheritdoc/>
    protected override void Flush(long timeNs)
    {
        while (_pending.TakeOldest() is { } request)
        {
            FinishWithoutResponse(request, timeNs);
        }
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        while (_pending.TakeOldest() is { } request)
        {
            RequestPool<CqlRequest>.Return(request);
        }

        _request.Release();
        _response.Release();
        _lanes[0].Drop();
        _lanes[1].Drop();
    }

    private bool? IsResponse(Direction direction) =>
        RequestDirection is { } requests ? direction != requests : null;

    private bool OnRequest(in CqlEnvelope head, ReadOnlySpan<byte> body, bool isCut, in Frame frame)
    {
        _request.Clear();
        var writer = new CqlRequestText(head.Version, _request, _statements);
        if (!writer.Write(head, body, isCut, out var statement))
        {
            return false;
        }

        if (head.Opcode == CqlOpcode.Startup)
        {
            Begin(head, body, frame.Direction);
        }

        AddRequest(head, statement, frame.TimeNs);
        return true;
    }

    private void AddRequest(in CqlEnvelope head, CqlStatement? statement, long timeNs)
    {
        var request = RequestPool<CqlRequest>.Rent();
        (request.Opcode, request.Key, request.TimeNs) = (head.Opcode, head.Stream, timeNs);
        request.Statement = statement;
        request.SetBody(_request);
        if (_pending.Add(request) is { } replaced)
        {
            FinishWithoutResponse(replaced, timeNs);
        }

        Expire(long.MinValue, timeNs);
    }

    // What the connection agrees on.
    private void Begin(in CqlEnvelope head, ReadOnlySpan<byte> startup, Direction requests)
    {
        _compression = CqlCompressions.Read(startup);
        if (head.Version >= SegmentsVersion)
        {
            _lanes[(int)requests].Framing = CqlFraming.Segments;
        }
    }

    private bool OnResponse(in CqlEnvelope head, ReadOnlySpan<byte> body, bool isCut, in Frame frame)
    {
        if (head.Opcode == CqlOpcode.Event)
        {
            return OnEvent(head, body, isCut, frame.TimeNs);
        }

        if (FindRequest(head, frame) is null)
        {
            GiveUpGaps(Opposite(frame.Direction), frame.TimeNs); // the request may wait behind one
        }

        FollowBegin(head, frame.Direction);
        if (FindRequest(head, frame) is not { } request)
        {
            Context.Counters.ResponsesWithoutRequest++;
            return true;
        }

        _pending.Remove(request);
        Learn(request, head, body);
        _response.Clear();
        var names = request.Statement is { } statement ? statement.ColumnNames : [];
        var fits = new CqlResponseText(head.Version, _response).Write(head, body, isCut, names);
        Finish(request, head.Opcode, frame.TimeNs, isAnswered: true);
        return fits;
    }

    private bool OnEvent(in CqlEnvelope head, ReadOnlySpan<byte> body, bool isCut, long timeNs)
    {
        _response.Clear();
        if (!new CqlResponseText(head.Version, _response).Write(head, body, isCut, default))
        {
            return false;
        }

        _request.Clear();
        _request.Append("-"u8); // nobody asked for this one
        Write(CqlOpcode.Register, CqlOpcode.Event, timeNs, 0);
        return true;
    }

    // Once requests were lost an answer may be to one of them, read late, when the stream is in use again.
    private CqlRequest? FindRequest(in CqlEnvelope head, in Frame frame) =>
        FindRequest(head) is { } request
        && (request.TimeNs <= frame.TimeNs || _lossNs[(int)Opposite(frame.Direction)] == long.MinValue)
            ? request
            : null;

    private CqlRequest? FindRequest(in CqlEnvelope head) =>
        _pending.Find(head.Stream) is { } request && CqlOpcodes.Answer(request.Opcode, head.Opcode) ? request : null;

    // The answer to STARTUP is the last message outside of segments, unless it is an error.
    private void FollowBegin(in CqlEnvelope head, Direction responses)
    {
        var lane = _lanes[(int)responses];
        if (lane.Framing == CqlFraming.Segments || head.Version < SegmentsVersion)
        {
            return;
        }

        if (head.Opcode is CqlOpcode.Ready or CqlOpcode.Authenticate)
        {
            lane.Framing = CqlFraming.Segments;
            _lanes[(int)Opposite(responses)].Framing = CqlFraming.Segments;
        }
        else if (head.Opcode == CqlOpcode.Error && _pending.Find(head.Stream)?.Opcode == CqlOpcode.Startup)
        {
            _lanes[(int)Opposite(responses)].Framing = CqlFraming.Messages;
        }
    }

    private void Learn(CqlRequest request, in CqlEnvelope head, ReadOnlySpan<byte> body)
    {
        if (request.Opcode != CqlOpcode.Prepare || head.Opcode != CqlOpcode.Result)
        {
            return;
        }

        var statement = new CqlResponseText(head.Version, _response).ReadPrepared(
            head, body, request.Body, request.IsCut, out var id);
        if (statement is not null)
        {
            _statements.Learn(id, statement);
        }
    }

    private void FinishWithoutResponse(CqlRequest request, long timeNs)
    {
        Context.Counters.RequestsWithoutResponse++;
        _response.Clear();
        Finish(request, CqlEventsTable.NoResponse, timeNs, isAnswered: false);
    }

    private void Finish(CqlRequest request, CqlOpcode response, long timeNs, bool isAnswered)
    {
        _request.Clear();
        _request.Append(request.Body);
        if (request.IsCut)
        {
            _request.MarkCut();
        }

        Write(request.Opcode, response, timeNs, isAnswered ? Math.Max(0, timeNs - request.TimeNs) : 0);
        RequestPool<CqlRequest>.Return(request);
    }

    private void Write(CqlOpcode request, CqlOpcode response, long timeNs, long latencyNs)
    {
        CqlEventsTable.Write(
            Context, ref _addresses, (request, _request), (response, _response), timeNs, latencyNs);
        Context.Counters.Records++;
    }
}
