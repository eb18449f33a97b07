using System.Buffers.Binary;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Mysql;

/// <summary>The part that pairs commands with their answers.</summary>
internal sealed partial class MysqlSession
{
    private const uint LastPrepared = uint.MaxValue; // instead of a number: the statement prepared last (MariaDB)
    private const int RawBytes = 4096; // of an execute whose statement is not known yet

    private bool _requestGoesOn; // in the next packet
    private bool _requestWaits; // the request that goes on is the newest of those that wait
    private byte _requestNumber; // of the packet of the client seen last
    private bool _responseGoesOn;
    private byte _responseNumber; // of the packet of the server seen last
    private long _responseNs; // its time
    private bool _eofMayFollow; // behind the last definition of a prepared statement
    private bool _isCareful; // packets were lost: the next answer may belong to any request
    private bool _answersLost; // and nothing tells whose
    private bool _isPipelined; // a command was sent before the one before it was answered
    private uint _lastPrepared;

    private byte ExpectedNumber => (byte)((_pending.Oldest?.Number ?? 0) + 1);

    /// <inheritdoc/>
    internal override void OnLoss(Direction direction, long timeNs)
    {
        _isCareful = true;
        if (direction == RequestDirection)
        {
            _requestGoesOn = false;
            return;
        }

        _responseGoesOn = false;
        _eofMayFollow = false;
        _answersLost |= !_response.IsUnderWay;
        AbandonCurrent();
    }

    private bool OnRequest(MysqlPacket packet, ReadOnlySpan<byte> payload, in Frame frame)
    {
        var isContinued = _requestGoesOn;
        (_requestGoesOn, _requestNumber) = (packet.GoesOn, packet.Number);
        if (isContinued)
        {
            if (_requestWaits && _pending.Newest is { } newest)
            {
                (newest.Number, newest.TimeNs) = (packet.Number, frame.TimeNs);
            }

            return true;
        }

        _requestWaits = false;
        if (packet.Number == 0)
        {
            return OnCommand(packet, payload, frame);
        }

        if (_phase == Phase.Start)
        {
            OnLogin(payload, frame);
        }
        else if (_phase == Phase.Commands && _pending.Oldest is { } request)
        {
            request.Number = packet.Number;
        }

        return true;
    }

    private bool OnCommand(MysqlPacket packet, ReadOnlySpan<byte> payload, in Frame frame)
    {
        if (_phase != Phase.Commands)
        {
            EndLogin(frame.TimeNs);
            if (!IsActive)
            {
                return true;
            }
        }

        if (_pending.Count > 0)
        {
            GiveUpGaps(Opposite(frame.Direction), frame.TimeNs);
        }

        var request = RequestPool<MysqlRequest>.Rent();
        (request.Command, request.TimeNs) = ((MysqlCommand)payload[0], frame.TimeNs);
        SetBody(request, payload, frame.IsTruncated || packet.GoesOn);
        if (MysqlCommands.Rule(payload[0]).Answer == MysqlAnswer.Nothing)
        {
            _response.Text.Clear();
            Finish(request, MysqlStatus.None, frame.TimeNs, answered: false);
            return true;
        }

        _pending.Add(request);
        _requestWaits = true;
        Expire(long.MinValue, frame.TimeNs);
        return true;
    }

    private void SetBody(MysqlRequest request, ReadOnlySpan<byte> payload, bool isCut)
    {
        _text.Clear();
        var rule = MysqlCommands.Rule(payload[0]);
        if (rule.HasText)
        {
            MysqlCommandText.Append(payload, _capabilities, _text);
        }
        else if (request.Command is (>= MysqlCommand.StmtExecute and <= MysqlCommand.StmtReset)
            or MysqlCommand.StmtBulkExecute && payload.Length >= 5)
        {
            SetStatementBody(request, payload);
        }

        if (isCut && !_text.IsEmpty)
        {
            _text.MarkCut();
        }

        if (!request.IsRaw)
        {
            request.SetBody(_text.Value, _text.IsCut);
        }
    }

    private void SetStatementBody(MysqlRequest request, ReadOnlySpan<byte> payload)
    {
        var id = BinaryPrimitives.ReadUInt32LittleEndian(payload[1..]);
        var statement = _statements.Find(id == LastPrepared ? _lastPrepared : id);
        switch (request.Command)
        {
            case MysqlCommand.StmtExecute when id == LastPrepared && _pending.Count > 0:
                request.IsRaw = true;
                request.SetBody(payload[5..Math.Min(payload.Length, RawBytes)], isCut: false);
                break;
            case MysqlCommand.StmtExecute when statement is not null:
                statement.AppendExecute(payload[5..], _text);
                _statements.Remove(statement); // and in again as the newest, with what it holds now
                _statements.Add(statement);
                break;
            case MysqlCommand.StmtBulkExecute:
                statement?.AppendText(_text);
                break;
            case MysqlCommand.StmtSendLongData when payload.Length >= 7:
                statement?.MarkLong(BinaryPrimitives.ReadUInt16LittleEndian(payload[5..]));
                break;
            case MysqlCommand.StmtReset:
                statement?.ForgetLong();
                break;
            case MysqlCommand.StmtClose when statement is not null:
                _statements.Remove(statement);
                RequestPool<MysqlStatement>.Return(statement);
                break;
            default:
                break; // nothing to tell
        }
    }

    private bool OnResponse(MysqlPacket packet, ReadOnlySpan<byte> payload, in Frame frame)
    {
        // Number 1 is never part of a login: it answers a command.
        if (_phase != Phase.Commands && _pending.Count == 0 && packet.Number != 1)
        {
            _responseNumber = packet.Number;
            OnLoginAnswer(payload, frame);
            return true;
        }

        var isContinued = _responseGoesOn;
        var follows = packet.Number == (byte)(_responseNumber + 1);
        (_responseGoesOn, _responseNumber) = (packet.GoesOn, packet.Number);
        if (isContinued && follows)
        {
            _responseNs = frame.TimeNs;
            return true;
        }

        if (_response.IsUnderWay && !follows && packet.Number != ExpectedNumber)
        {
            AbandonCurrent();
            _isCareful = true;
        }

        var isLateEof = _eofMayFollow && follows && MysqlResponse.IsEof(payload, packet.Length);
        _eofMayFollow = false;
        if (isLateEof || (!_response.IsUnderWay && !BeginResponse(packet, frame)))
        {
            return true;
        }

        return AcceptResponse(payload, packet.Length, frame);
    }

    // Finds the request that the packet begins to answer; false without one.
    private bool BeginResponse(MysqlPacket packet, in Frame frame)
    {
        if (_pending.Count == 0)
        {
            GiveUpGaps(Opposite(frame.Direction), frame.TimeNs);
        }

        if (_isCareful)
        {
            LeaveUnanswered(frame.StartNs);
        }

        if (_pending.Oldest is not { } request || request.TimeNs > frame.StartNs)
        {
            Context.Counters.ResponsesWithoutRequest += packet.Number == 1 ? 1 : 0;
            return false;
        }

        if (packet.Number != ExpectedNumber)
        {
            (_isCareful, _answersLost) = (true, true); // the beginning of an answer
            return false;
        }

        _isCareful = false;
        _isPipelined |= request.Newer is { } next && next.TimeNs < frame.StartNs;
        RenderRaw(request);
        _response.Begin(MysqlCommands.Rule((byte)request.Command).Answer, _capabilities ?? MysqlCapabilities.None);
        return true;
    }

    // After a loss the answer belongs to the newest request before it, unless several may wait for theirs.
    private void LeaveUnanswered(long timeNs)
    {
        var isDoubtful = _answersLost; // its own may be among them
        _answersLost = false;
        while (_pending.Oldest is { } oldest && oldest.TimeNs <= timeNs)
        {
            var isNewest = oldest.Newer is not { } next || next.TimeNs > timeNs;
            if (isNewest && !isDoubtful)
            {
                return;
            }

            isDoubtful = _isPipelined;
            FinishUnknown(_pending.TakeOldest()!, timeNs);
        }
    }

    private bool AcceptResponse(ReadOnlySpan<byte> payload, int length, in Frame frame)
    {
        _responseNs = frame.TimeNs;
        if (!_response.Accept(payload, length))
        {
            AbandonCurrent();
            _isCareful = true;
            return false;
        }

        if (!_response.IsUnderWay)
        {
            OnAnswered(_pending.TakeOldest()!, frame.TimeNs);
        }

        return true;
    }

    private void OnAnswered(MysqlRequest request, long timeNs)
    {
        var command = request.Command;
        var succeeded = _response.Status == MysqlStatus.Ok;
        if (succeeded && command == MysqlCommand.StmtPrepare)
        {
            Prepare(request, timeNs);
        }
        else if (succeeded && command is MysqlCommand.ChangeUser or MysqlCommand.ResetConnection)
        {
            ForgetStatements();
        }

        Finish(request, _response.Status, timeNs, answered: true);
        if (succeeded && MysqlCommands.Rule((byte)command).Answer == MysqlAnswer.Stream)
        {
            End(Sessions.SessionState.EndOfStream, timeNs);
        }
    }

    private void Prepare(MysqlRequest request, long timeNs)
    {
        _eofMayFollow = true;
        _lastPrepared = _response.StatementId;
        var statement = RequestPool<MysqlStatement>.Rent();
        (statement.Key, statement.TimeNs) = (_lastPrepared, timeNs);
        statement.Set(request.Body, request.IsCut, _response.Parameters);
        if (_statements.Add(statement) is { } replaced)
        {
            RequestPool<MysqlStatement>.Return(replaced);
        }
    }

    private void ForgetStatements()
    {
        while (_statements.TakeOldest() is { } statement)
        {
            RequestPool<MysqlStatement>.Return(statement);
        }
    }

    private void RenderRaw(MysqlRequest request)
    {
        if (request.IsRaw)
        {
            _text.Clear();
            _statements.Find(_lastPrepared)?.AppendExecute(request.Body, _text);
            request.SetBody(_text.Value, _text.IsCut);
            request.IsRaw = false;
        }
    }

    private void AbandonCurrent()
    {
        if (_response.IsUnderWay)
        {
            FinishUnknown(_pending.TakeOldest()!, _responseNs);
        }
    }

    // The answer was not seen to its end; what is known of it stays in the row. The request is taken out already.
    private void FinishUnknown(MysqlRequest request, long timeNs)
    {
        Context.Counters.RequestsWithoutResponse++;
        var hasBegun = _response.IsUnderWay; // it answers the oldest, and that is this one
        _response.Abandon();
        Finish(request, MysqlStatus.Unknown, hasBegun ? _responseNs : timeNs, hasBegun);
    }

    private void Finish(MysqlRequest request, MysqlStatus status, long timeNs, bool answered)
    {
        _text.Clear();
        _text.Append(request.IsRaw ? default : request.Body);
        if (request.IsCut)
        {
            _text.MarkCut();
        }

        MysqlEventsTable.Write(
            Context,
            ref _addresses,
            request.Command,
            _text,
            status,
            _response.Text,
            (request.TimeNs, timeNs, answered));
        Context.Counters.Records++;
        RequestPool<MysqlRequest>.Return(request);
    }
}
