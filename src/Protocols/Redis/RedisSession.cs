using System.Text;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Redis;

/// <summary>
/// A Redis connection: replies come in the order of the commands. Published messages and other pushes come in between;
/// after PSYNC the server sends commands that nobody answers.
/// </summary>
internal sealed partial class RedisSession : FramedSession
{
    private readonly PendingRequests<RedisRequest> _pending = new(keyed: false);
    private readonly RedisMessage _request;
    private readonly RedisMessage _reply;
    private readonly RedisReplication _replication = new();
    private ConnectionAddresses _addresses;
    private ReplyMode _replies; // as CLIENT REPLY says
    private bool _subscribed;
    private bool _monitors;

    public RedisSession(SessionContext context, FramingOptions options)
        : base(context, options)
    {
        (_request, _reply) = (new RedisMessage(options), new RedisMessage(options));
        _order = new AnswerOrder(context.Midstream);
    }

    private enum ReplyMode : byte
    {
        On,
        SkipNext,
        Off,
    }

    /// <inheritdoc/>
    protected override long PendingBytes =>
        _pending.Bytes + _request.Text.RetainedBytes + _reply.Text.RetainedBytes;

    /// <inheritdoc/>
    internal override FrameHead ReadHead(Direction direction, ReadOnlySpan<byte> data)
    {
        var requests = RequestDirection ?? Guess(direction, data);
        if (requests is null)
        {
            return data.Length < RedisCommands.MaxNameBytes ? FrameHead.NeedMoreData : FrameHead.Invalid;
        }

        var isRequest = direction == requests;
        if (!isRequest && _passesReply)
        {
            return FrameHead.Of((ulong)data.Length);
        }

        if (!isRequest && _replication.ReadsHead)
        {
            return _replication.ReadHead(data);
        }

        if ((isRequest ? _request : _reply).IsOpen || !isRequest)
        {
            return RespToken.ReadHead(data);
        }

        return data.IsEmpty || data[0] == (byte)RespType.Array ? RespToken.ReadHead(data) : RedisInline.ReadHead(data);
    }

    /// <inheritdoc/>
    internal override bool OnFrame(in Frame frame)
    {
        if (RequestDirection is not { } requests)
        {
            requests = Guess(frame.Direction, frame.Bytes) ?? frame.Direction;
            SeeRequest(requests);
        }

        return frame.Direction == requests ? OnRequestToken(frame) : OnReplyToken(frame);
    }

    /// <inheritdoc/>
    internal override int FindBoundary(Direction direction, ReadOnlySpan<byte> data)
    {
        if (direction != RequestDirection && !_replication.IsStream)
        {
            return base.FindBoundary(direction, data);
        }

        // A command: the line of an array and that of its first word.
        for (var start = 0; start < data.Length; start++)
        {
            var next = data[start..].IndexOf((byte)RespType.Array);
            if (next < 0)
            {
                break;
            }

            start += next;
            if (NameOf(data[start..]) is { IsEmpty: false })
            {
                return start;
            }
        }

        return base.FindBoundary(direction, data);
    }

    /// <inheritdoc/>
    internal override void OnLoss(Direction direction, long timeNs)
    {
        if (direction == RequestDirection)
        {
            _request.Clear();
        }
        else if (CutReply(timeNs))
        {
            return;
        }

        _order.Lose(timeNs, ofAnswers: direction != RequestDirection);
    }

    /// <inheritdoc/>
    protected override void Expire(long beforeNs, long nowNs)
    {
        while (_pending.TakeOverdue(Options, beforeNs) is { } request)
        {
            _order.Owed += request.Replies;
            FinishWithoutReply(request, nowNs);
        }
    }

    /// <inheritdoc/>
    protected override void Flush(long timeNs)
    {
        while (_pending.TakeOldest() is { } request)
        {
            FinishWithoutReply(request, timeNs);
        }
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        while (_pending.TakeOldest() is { } request)
        {
            RequestPool<RedisRequest>.Return(request);
        }

        _request.Clear();
        _request.Text.Release();
        _reply.Clear();
        _reply.Text.Release();
    }

    // Where requests go, from the beginning of a message: a known command is one, all else is a reply.
    private static Direction? Guess(Direction direction, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return null;
        }

        if (data[0] != (byte)RespType.Array)
        {
            return char.IsAsciiLetter((char)data[0]) ? direction : Opposite(direction);
        }

        var name = NameOf(data);
        return name.IsEmpty ? RespToken.ReadHead(data).Status == ParseStatus.Success && HasOtherElement(data)
                ? Opposite(direction)
                : null
            : RedisCommands.Find(name) is null ? Opposite(direction)
            : direction;
    }

    private static bool HasOtherElement(ReadOnlySpan<byte> data) =>
        RespToken.LineEnd(data) + 1 is var next
        && (next < data.Length ? data[next] != (byte)RespType.Bulk : data[1] < '1');

    // The first word of an array of bulks; empty when there is none or it is not there yet.
    private static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> data)
    {
        var end = RespToken.LineEnd(data);
        if (end < 0 || end + 1 >= data.Length || data[end + 1] != (byte)RespType.Bulk
            || RespToken.ReadHead(data).Status != ParseStatus.Success)
        {
            return default;
        }

        var word = data[(end + 1)..];
        var head = RespToken.ReadHead(word);
        return head.Status == ParseStatus.Success && head.Length <= (ulong)word.Length
            ? RespToken.Parse(word[..(int)head.Length]).Text
            : default;
    }

    private bool OnRequestToken(in Frame frame)
    {
        if (!_request.IsOpen && frame.Bytes[0] != (byte)RespType.Array)
        {
            if (frame.Bytes.TrimEnd("\r\n"u8).IsEmpty)
            {
                return true;
            }

            if (!_request.AddInline(frame.Bytes.TrimEnd("\r\n"u8), frame.StartNs))
            {
                return false;
            }
        }
        else if (!_request.Add(RespToken.Parse(frame.Bytes), frame.StartNs, RedisCommandUse.Always))
        {
            _request.Clear();
            _order.Lose(frame.TimeNs, ofAnswers: false);
            return false;
        }

        if (!_request.IsOpen)
        {
            OnRequest(frame);
        }

        return true;
    }

    private void OnRequest(in Frame frame)
    {
        SeeRequest(frame.Direction);
        _passesReply = false;
        if (!_request.IsCommand || _request.Count <= 0)
        {
            return; // an empty array means nothing
        }

        if (_order.IsSettled(_request.StartNs))
        {
            Flush(frame.TimeNs);
        }

        _order.See(frame.TimeNs);
        var request = Keep(frame.TimeNs);
        var isAnswered = IsAnswered(request);
        if (!isAnswered)
        {
            Finish(request, null, frame.TimeNs);
            return;
        }

        _pending.Add(request);
        Expire(long.MinValue, frame.TimeNs);
    }

    private RedisRequest Keep(long timeNs)
    {
        var request = RequestPool<RedisRequest>.Rent();
        var (text, command) = (_request.Text, _request.Command);
        (request.Command, request.TimeNs, request.StartNs) = (command.Command, timeNs, _request.StartNs);
        request.Replies = command.Command?.Effect is RedisEffect.Subscribe or RedisEffect.Unsubscribe
            ? Math.Max(1, command.Words - 1)
            : 1;
        request.SetText(command.Name, text.FinishJson(Context.Counters));
        return request;
    }

    // Whether a reply follows, and what the command does to those after it.
    private bool IsAnswered(RedisRequest request)
    {
        var effect = request.Command?.Effect ?? RedisEffect.None;
        if (effect == RedisEffect.ReplicaAck)
        {
            _replication.SeeAck();
            return false;
        }

        if (effect == RedisEffect.Sync && _replies == ReplyMode.On && _pending.Count == 0 && request.Name.Length == 4)
        {
            _replication.BeginData(); // SYNC: no word comes before the data set
            return false;
        }

        if (effect == RedisEffect.ClientReply)
        {
            _replies = Ascii.EqualsIgnoreCase(_request.Command.LastWord, "OFF"u8) ? ReplyMode.Off
                : Ascii.EqualsIgnoreCase(_request.Command.LastWord, "ON"u8) ? ReplyMode.On
                : _replies == ReplyMode.Off ? ReplyMode.Off
                : ReplyMode.SkipNext;
            return _replies == ReplyMode.On;
        }

        if (effect == RedisEffect.Reset)
        {
            (_replies, _subscribed, _monitors) = (ReplyMode.On, false, false);
        }

        var answered = _replies == ReplyMode.On;
        _replies = _replies == ReplyMode.SkipNext ? ReplyMode.On : _replies;
        return answered;
    }

    private void FinishWithoutReply(RedisRequest request, long timeNs)
    {
        Context.Counters.RequestsWithoutResponse++;
        Finish(request, null, timeNs);
    }

    private void Finish(RedisRequest request, RedisMessage? reply, long timeNs)
    {
        RedisEventsTable.Write(Context, ref _addresses, request, reply, timeNs);
        Context.Counters.Records++;
        RequestPool<RedisRequest>.Return(request);
    }
}
