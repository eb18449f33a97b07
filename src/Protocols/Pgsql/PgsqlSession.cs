using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Pgsql;

/// <summary>
/// A PostgreSQL connection. Answers come in the order of the messages that ask; the server says that it is ready after
/// each group of them (a query, or messages up to Sync), which is where pairing begins anew when something was lost.
/// </summary>
internal sealed partial class PgsqlSession : FramedSession
{
    private readonly PendingRequests<PgsqlRequest> _pending = new(keyed: false);
    private readonly PgsqlCatalog _catalog;
    private readonly CellText _request; // cell of the row that is being written
    private readonly CellText _answer; // to the oldest request, as far as it came
    private ConnectionAddresses _addresses;
    private bool _requestsClean; // the next message of the client is read in its group
    private bool _answersClean; // the next answer is to the oldest request
    private bool _pipelines; // the client was seen to send a group before the answer to another one
    private bool _started; // the client sends tagged messages
    private bool _encryptionAsked; // the next byte of the server says whether it encrypts
    private bool _inGroup; // the client did not end the group
    private bool _failed; // the server passes over messages up to the end of the group
    private bool _idle; // the last message was that the server is ready
    private bool _afterReady = true; // the next message of the server begins its answer to a group
    private long _readyNs; // when that was
    private long _answerNs; // when the newest message of the server came
    private long _answersLostNs = long.MinValue; // when the first message behind the last loss of the server's came

    /// <summary>Starts at the beginning of a connection, or in its middle.</summary>
    public PgsqlSession(SessionContext context, FramingOptions options)
        : base(context, options)
    {
        _catalog = new PgsqlCatalog(options);
        (_request, _answer) = (new CellText(options.TextLimitBytes), new CellText(options.TextLimitBytes));
        _copied = new CellText(options.TextLimitBytes);
        _requestsClean = _answersClean = !context.Midstream;
    }

    /// <inheritdoc/>
    protected override long PendingBytes =>
        _pending.Bytes + _catalog.RetainedBytes + _request.RetainedBytes + _answer.RetainedBytes + _copied.RetainedBytes
        + _columns.Capacity;

    /// <inheritdoc/>
    internal override FrameHead ReadHead(Direction direction, ReadOnlySpan<byte> data)
    {
        var sender = SenderOf(direction);
        if (!data.IsEmpty && data[0] == 0 && !_started && sender != PgsqlSender.Server)
        {
            return PgsqlFrame.ReadStartupHead(data);
        }

        return _encryptionAsked && sender == PgsqlSender.Server && !data.IsEmpty && IsEncryptionAnswer(data[0])
            ? FrameHead.Of(1)
            : PgsqlFrame.ReadHead(data, sender);
    }

    /// <inheritdoc/>
    internal override bool OnFrame(in Frame frame)
    {
        if (RequestDirection is null)
        {
            var sender = PgsqlFrame.SenderOf(frame.Bytes);
            if (sender == PgsqlSender.Unknown)
            {
                return true; // both sides may send this; a later message tells
            }

            SeeRequest(sender == PgsqlSender.Client ? frame.Direction : Opposite(frame.Direction));
        }

        var fromClient = frame.Direction == RequestDirection;
        if (!PgsqlFrame.MayBeFrom(frame.Bytes[0], fromClient))
        {
            return false; // its head was read before it was known who sends it
        }

        if (fromClient)
        {
            OnRequest(frame);
        }
        else
        {
            OnAnswer(frame);
        }

        return true;
    }

    /// <inheritdoc/>
    internal override int FindBoundary(Direction direction, ReadOnlySpan<byte> data)
    {
        var startup = !data.IsEmpty && data[0] == 0 && ReadHead(direction, data).Status == ParseStatus.Success;
        return startup ? 0 : PgsqlFrame.FindBoundary(data, SenderOf(direction));
    }

    /// <inheritdoc/>
    internal override void OnLoss(Direction direction, long timeNs)
    {
        (_idle, _encryptionAsked, _started) = (false, false, true);
        _afterReady &= direction == RequestDirection;
        if (direction == RequestDirection)
        {
            (_requestsClean, _answersClean) = (false, false);
        }
        else
        {
            (_answersClean, _answersLostNs) = (false, Math.Max(_answersLostNs, BehindLossNs));
        }
    }

    /// <inheritdoc/>
    protected override void Expire(long beforeNs, long nowNs)
    {
        while (_pending.TakeOverdue(Options, beforeNs) is { } request)
        {
            FinishUnanswered(request, nowNs);
            LoseAlignment();
        }
    }

    /// <inheritdoc/>
    protected override void Flush(long timeNs) => FlushPending(timeNs);

    /// <inheritdoc/>
    protected override void Release()
    {
        while (_pending.TakeOldest() is { } request)
        {
            RequestPool<PgsqlRequest>.Return(request);
        }

        _catalog.Clear();
        _request.Release();
        _answer.Release();
        _columns.Release();
        EndCopy();
    }

    private static bool IsEncryptionAnswer(byte answer) => answer is (byte)'S' or (byte)'G' or (byte)'N';

    private PgsqlSender SenderOf(Direction direction) =>
        RequestDirection is not { } requests ? PgsqlSender.Unknown
        : direction == requests ? PgsqlSender.Client
        : PgsqlSender.Server;

    // Nobody knows any more which request the next answer belongs to; the next group begins anew.
    private void LoseAlignment()
    {
        _answersClean = false;
        _requestsClean &= !_inGroup;
        ForgetAnswer();
    }

    private void FlushPending(long timeNs)
    {
        if (!_answersClean && _pending.Oldest is { AnswerNs: not 0 })
        {
            _answer.MarkCut(); // it may have had more results
        }

        while (_pending.TakeOldest() is { } request)
        {
            FinishUnanswered(request, timeNs);
        }

        _failed = false;
        ForgetAnswer();
    }

    // The request is out of the queue already.
    private void FinishUnanswered(PgsqlRequest request, long timeNs)
    {
        Apply(request, succeeded: !_failed);
        if (request.Tag == 'S' && request.AnswerNs == 0)
        {
            RequestPool<PgsqlRequest>.Return(request);
            return;
        }

        if (request.AnswerNs == 0)
        {
            Context.Counters.RequestsWithoutResponse++;
            ForgetAnswer();
        }

        WriteRow(request, timeNs);
    }

    // The answer is whole.
    private void Finish(PgsqlRequest request, long timeNs)
    {
        _pending.Remove(request);
        request.AnswerNs = timeNs;
        WriteRow(request, timeNs);
    }

    private void WriteRow(PgsqlRequest request, long timeNs)
    {
        WriteRequest(request);
        var answered = request.AnswerNs != 0;
        PgsqlEventsTable.Write(
            Context, ref _addresses, NameOf(request.Tag), _request, _answer, answered ? request.AnswerNs : timeNs,
            answered ? Math.Max(0, request.AnswerNs - request.TimeNs) : 0);
        Context.Counters.Records++;
        _request.Release();
        ForgetAnswer();
        RequestPool<PgsqlRequest>.Return(request);
    }

    private void ForgetAnswer()
    {
        _answer.Release();
        _columns.Release();
        _hasNames = false;
    }
}
