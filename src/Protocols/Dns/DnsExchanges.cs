using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Dns;

/// <summary>
/// Messages of one connection, whatever carries them: an answer belongs to the query of its id that went the other way,
/// and asks the same question; answers may overtake each other.
/// </summary>
internal sealed class DnsExchanges(SessionContext context, FramingOptions options)
{
    private const int DirectionBit = 16; // above the id
    private readonly SessionContext _context = context;
    private readonly FramingOptions _options = options;
    private readonly PendingRequests<DnsRequest> _pending = new(keyed: true);
    private readonly CellText _header = new(options.TextLimitBytes);
    private readonly CellText _body = new(options.TextLimitBytes);
    private ConnectionAddresses _addresses;

    /// <summary>Bytes of the queries that wait.</summary>
    public long Bytes => _pending.Bytes;

    /// <summary>Takes a message, whose end may be missing. False when it makes no sense.</summary>
    public bool OnMessage(Direction direction, long timeNs, ReadOnlySpan<byte> message)
    {
        var header = DnsHeader.Read(message);
        if (!DnsText.TrySkipQuestions(message, header, out var answers))
        {
            return false;
        }

        var question = DnsName.Hash(message[DnsHeader.Length..answers]);
        if (header.IsResponse)
        {
            OnResponse(direction, timeNs, message, header, question, answers);
        }
        else
        {
            OnRequest(direction, timeNs, message, header, question);
        }

        return true;
    }

    /// <summary>Writes what has waited since before a time, or is too much, as rows without answer.</summary>
    public void Expire(long beforeNs, long nowNs)
    {
        while (_pending.TakeOverdue(_options, beforeNs) is { } request)
        {
            FinishWithoutResponse(request, nowNs);
        }
    }

    /// <summary>Writes everything that waits as rows without answer.</summary>
    public void Flush(long timeNs)
    {
        while (_pending.TakeOldest() is { } request)
        {
            FinishWithoutResponse(request, timeNs);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Release()
    {
        while (_pending.TakeOldest() is { } request)
        {
            RequestPool<DnsRequest>.Return(request);
        }
    }

    private static long KeyOf(ushort id, Direction requestDirection) => id | ((long)requestDirection << DirectionBit);

    private void OnRequest(
        Direction direction, long timeNs, ReadOnlySpan<byte> message, in DnsHeader header, ulong question)
    {
        if (_context.Role is not (Role.Client or Role.Server))
        {
            _context.Role = direction == Direction.Ingress ? Role.Server : Role.Client;
        }

        var request = RequestPool<DnsRequest>.Rent();
        (request.Key, request.TimeNs) = (KeyOf(header.Id, direction), timeNs);
        request.Begin(header, question, _options.TextLimitBytes);
        Count(DnsText.WriteQueries(message, header, request.Body!));
        if (_pending.Add(request) is { } repeated)
        {
            FinishWithoutResponse(repeated, timeNs);
        }

        Expire(long.MinValue, timeNs);
    }

    private void OnResponse(
        Direction direction, long timeNs, ReadOnlySpan<byte> message, in DnsHeader header, ulong question, int answers)
    {
        var asked = direction == Direction.Egress ? Direction.Ingress : Direction.Egress;
        if (_pending.Find(KeyOf(header.Id, asked)) is not { } request
            || (header.Questions > 0 && request.Question != question))
        {
            _context.Counters.ResponsesWithoutRequest++;
            return;
        }

        _pending.Remove(request);
        var responseCode = DnsText.ResponseCode(message, header, answers);
        WriteRequest(request, timeNs);
        DnsText.WriteHeader(header, responseCode, _header);
        Count(DnsText.WriteAnswers(message, header, answers, _body));
        EndRow(request, Math.Max(0, timeNs - request.TimeNs));
    }

    private void FinishWithoutResponse(DnsRequest request, long timeNs)
    {
        _context.Counters.RequestsWithoutResponse++;
        WriteRequest(request, timeNs);
        EndRow(request, 0);
    }

    private void WriteRequest(DnsRequest request, long timeNs)
    {
        ConnectionColumns.Write(_context, ref _addresses, timeNs);
        DnsText.WriteHeader(request.Header, request.Header.ResponseCode, _header);
        _header.WriteJsonTo(_context.Rows, _context.Counters);
        request.Body!.WriteJsonTo(_context.Rows, _context.Counters);
        _header.Clear();
    }

    private void EndRow(DnsRequest request, long latencyNs)
    {
        DnsEventsTable.WriteResponse(_context, _header, _body, latencyNs);
        _header.Release();
        _body.Release();
        RequestPool<DnsRequest>.Return(request);
    }

    private void Count(bool isWhole) => _context.Counters.TruncatedValues += isWhole ? 0 : 1;
}

/// <summary>A query that waits for its answer.</summary>
internal sealed class DnsRequest : PendingRequest
{
    private int _limitBytes;

    /// <summary>Its header.</summary>
    public DnsHeader Header { get; private set; }

    /// <summary>Hash of its questions.</summary>
    public ulong Question { get; private set; }

    /// <summary>Its questions as text.</summary>
    public CellText? Body { get; private set; }

    /// <inheritdoc/>
    public override long RetainedBytes => 128 + (Body?.RetainedBytes ?? 0); // the objects, and the rented text

    /// <summary>Fills it; the text is written into <see cref="Body"/>.</summary>
    public void Begin(in DnsHeader header, ulong question, int limitBytes)
    {
        (Header, Question) = (header, question);
        if (Body is null || _limitBytes != limitBytes)
        {
            (Body, _limitBytes) = (new CellText(limitBytes), limitBytes);
        }
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        (Header, Question) = (default, 0);
        Body?.Release();
    }
}
