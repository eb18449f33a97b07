using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Redis;

/// <summary>The part that gives replies to commands.</summary>
internal sealed partial class RedisSession
{
    private readonly AnswerOrder _order;
    private bool _passesReply; // the rest of a reply that was cut passes by, up to the next command

    private bool OnReplyToken(in Frame frame)
    {
        if (_passesReply)
        {
            _order.See(frame.TimeNs);
            return true;
        }

        if (_replication.ReadsHead)
        {
            _replication.OnFrame(frame.Bytes);
            return true;
        }

        var commands = _replication.IsStream || _pending.Count == 0 ? RedisCommandUse.WhenKnown : RedisCommandUse.Never;
        if (!_reply.Add(RespToken.Parse(frame.Bytes), frame.StartNs, commands))
        {
            _reply.Clear();
            _order.Lose(frame.TimeNs, ofAnswers: true);
            return false;
        }

        if (!_reply.IsOpen)
        {
            OnReply(frame);
        }

        return true;
    }

    private void OnReply(in Frame frame)
    {
        _order.See(frame.TimeNs);
        if (_reply.IsCommand && (_replication.IsStream || _pending.Count == 0))
        {
            OnReplicated(frame.TimeNs);
        }
        else if (IsConfirmation())
        {
            OnConfirmation(frame.TimeNs);
        }
        else if (_reply.Type == RespType.Push || IsMessage())
        {
            OnPush(frame.TimeNs);
        }
        else if (!_monitors || _reply.Type != RespType.Simple || !IsMonitorLine())
        {
            OnAnswer(frame.TimeNs);
        }
    }

    private void OnAnswer(long timeNs)
    {
        if (TakeAnswered(timeNs) is not { } request)
        {
            Context.Counters.ResponsesWithoutRequest++;
            return;
        }

        var isError = _reply.Type is RespType.Error or RespType.BlobError;
        if (request.Command?.Effect == RedisEffect.Sync && !isError)
        {
            _replication.Begin(_reply.Text.Value);
        }

        _monitors |= request.Command?.Effect == RedisEffect.Monitor && !isError;
        Finish(request, _reply, timeNs);
    }

    // Bytes inside of a reply were lost. The only command that waits is answered by what is known of it, and no reply
    // is in doubt: the rest ends where the next command comes. False when it is not so.
    private bool CutReply(long timeNs)
    {
        var isAnswer = _reply.IsOpen && _pending.Count == 1 && !_replication.IsStream && !_monitors
            && !_reply.IsCommand && _reply.Type != RespType.Push && !IsMessage();
        if (isAnswer)
        {
            _reply.Text.MarkCut();
            OnAnswer(timeNs);
            _passesReply = true;
        }

        _reply.Clear();
        return _passesReply;
    }

    // The request that the reply belongs to, or null: then nobody knows.
    private RedisRequest? TakeAnswered(long timeNs)
    {
        if (_order.Owed > 0)
        {
            _order.Owed--;
            return null;
        }

        if (_pending.Count == 0)
        {
            return null;
        }

        switch (_order.Judge(_pending))
        {
            case AnswerOrder.Match.None:
                Flush(timeNs);
                return null;
            case AnswerOrder.Match.Newest:
                while (_pending.Count > 1)
                {
                    FinishWithoutReply(_pending.TakeOldest()!, timeNs);
                }

                break;
        }

        return _pending.TakeOldest();
    }

    // Commands of a master, for its replica to do the same.
    private void OnReplicated(long timeNs)
    {
        var role = Context.Role;
        Context.Role = role == Role.Server ? Role.Client : Role.Server;
        RedisEventsTable.WriteUnasked(Context, ref _addresses, _reply.Command.Name, _reply, null, timeNs);
        Context.Role = role;
        Context.Counters.Records++;
    }

    private bool IsConfirmation() =>
        _reply.Type is RespType.Array or RespType.Push && _reply.Count == 3 && _reply.LastType == RespType.Integer
        && RedisCommands.Find(_reply.Word) is { Effect: RedisEffect.Subscribe or RedisEffect.Unsubscribe };

    // One per channel; those beyond the channels that a command named belong to one that named none.
    private void OnConfirmation(long timeNs)
    {
        _subscribed |= RedisCommands.Find(_reply.Word)!.Effect == RedisEffect.Subscribe;
        if (_pending.Oldest is not { } request || request.Command != RedisCommands.Find(_reply.Word))
        {
            return;
        }

        request.Replies--;
        if (request.Replies == 0)
        {
            _pending.Remove(request);
            Finish(request, _reply, timeNs);
        }
    }

    // Version 2 has no type of its own for messages: on a connection that subscribed they are no answers.
    private bool IsMessage() =>
        _reply.Type == RespType.Array
        && ((_reply.Count == 3 && (_reply.Word.SequenceEqual("message"u8) || _reply.Word.SequenceEqual("smessage"u8)))
            || (_reply.Count == 4 && _reply.Word.SequenceEqual("pmessage"u8)))
        && (_subscribed || _pending.Oldest is null
            || _pending.Oldest.Command?.Effect is RedisEffect.Subscribe or RedisEffect.Unsubscribe);

    private void OnPush(long timeNs)
    {
        var command = _reply.Word.SequenceEqual("invalidate"u8) ? "PUSH INVALIDATE"u8 : "PUSH PUB"u8;
        RedisEventsTable.WriteUnasked(Context, ref _addresses, command, null, _reply, timeNs);
        Context.Counters.Records++;
    }

    private bool IsMonitorLine() => _reply.Text.Value is [>= (byte)'0' and <= (byte)'9', ..];
}
