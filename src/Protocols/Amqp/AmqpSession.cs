using System.Buffers.Binary;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Streams;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Amqp;

/// <summary>
/// An AMQP connection. A method that is answered waits for its answer on its channel, whoever sent it; all other frames
/// are rows of their own.
/// </summary>
internal sealed class AmqpSession(SessionContext context, FramingOptions options) : FramedSession(context, options)
{
    private const int MethodHead = 4; // class and method
    private const int ClassHead = 2; // of a content header
    private static readonly byte[] NoWait = "\"no_wait\":true"u8.ToArray();

    private readonly PendingRequests<AmqpRequest> _pending = new(keyed: false);
    private readonly CellText _text = new(options.TextLimitBytes);
    private readonly CellText _questionText = new(options.TextLimitBytes);
    private ConnectionAddresses _addresses;

    /// <inheritdoc/>
    protected override long PendingBytes => _pending.Bytes + _text.RetainedBytes + _questionText.RetainedBytes;

    /// <inheritdoc/>
    internal override FrameHead ReadHead(Direction direction, ReadOnlySpan<byte> data) => AmqpFrame.ReadHead(data);

    /// <inheritdoc/>
    internal override int FindBoundary(Direction direction, ReadOnlySpan<byte> data)
    {
        for (var at = 0; at < data.Length;)
        {
            if (AmqpFrame.IsBoundary(data[at..]))
            {
                return at;
            }

            var end = data[at..].IndexOf(AmqpFrame.End);
            at = end < 0 ? data.Length : at + end + 1;
        }

        return -1;
    }

    /// <inheritdoc/>
    internal override bool OnFrame(in Frame frame)
    {
        if (AmqpFrame.IsGreeting(frame.Bytes))
        {
            // Of the client; a server sends it when it does not speak the client's version, as its only bytes.
            SeeRequest(frame.Direction);
            return true;
        }

        if (!AmqpFrame.TryParse(frame.Bytes, out var amqp))
        {
            return false;
        }

        _text.Clear();
        if (amqp.Type == AmqpFrame.Method)
        {
            return OnMethod(amqp, frame);
        }

        ushort classId = 0;
        if (amqp.Type == AmqpFrame.Header)
        {
            classId = BinaryPrimitives.ReadUInt16BigEndian(amqp.Payload);
            if (!AmqpText.WriteHeader(amqp.Payload[ClassHead..], !frame.IsTruncated, _text))
            {
                return false;
            }
        }
        else if (amqp.Type == AmqpFrame.Body)
        {
            AmqpText.WriteBody(amqp.Payload, amqp.Size, Options.BodyLimitBytes, _text);
        }

        WriteAlone(new AmqpSide(amqp.Type, amqp.Channel, classId, 0, frame.Direction, frame.TimeNs));
        return true;
    }

    /// <inheritdoc/>
    internal override void OnLoss(Direction direction, long timeNs) => Flush(timeNs); // whose answers come is not known

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
            RequestPool<AmqpRequest>.Return(request);
        }

        _text.Release();
        _questionText.Release();
    }

    private bool OnMethod(in AmqpFrame amqp, in Frame frame)
    {
        var classId = BinaryPrimitives.ReadUInt16BigEndian(amqp.Payload);
        var methodId = BinaryPrimitives.ReadUInt16BigEndian(amqp.Payload[sizeof(ushort)..]);
        if (AmqpMethod.Find(classId, methodId) is not { } method
            || !AmqpText.WriteMethod(method.Fields, amqp.Payload[MethodHead..], !frame.IsTruncated, _text))
        {
            return false;
        }

        if (method.Sender != AmqpSender.Both)
        {
            var fromClient = method.Sender == AmqpSender.Client;
            SeeRequest(fromClient ? frame.Direction : Opposite(frame.Direction));
        }

        var side = new AmqpSide(amqp.Type, amqp.Channel, classId, methodId, frame.Direction, frame.TimeNs);
        if (method.Answers != 0)
        {
            OnAnswer(method, side);
            return true;
        }

        if (method.ClosesConnection || method.ClosesChannel)
        {
            GiveUp(side, method.ClosesConnection);
        }

        if (method.IsQuestion && _text.Value.IndexOf(NoWait) < 0)
        {
            OnQuestion(side);
        }
        else
        {
            WriteAlone(side);
        }

        return true;
    }

    private void OnQuestion(AmqpSide side)
    {
        var request = RequestPool<AmqpRequest>.Rent();
        (request.TimeNs, request.Side, request.IsCut) = (side.TimeNs, side, _text.IsCut);
        request.Text.Append(_text.Value);
        _pending.Add(request);
        Expire(long.MinValue, side.TimeNs);
    }

    private void OnAnswer(AmqpMethod method, AmqpSide side)
    {
        // Few wait, mostly one; a channel answers in order.
        for (var request = _pending.Oldest; request is not null; request = (AmqpRequest?)request.Newer)
        {
            if (request.Side.Channel == side.Channel && request.Side.ClassId == side.ClassId
                && request.Side.MethodId == method.Answers && request.Side.Direction != side.Direction)
            {
                _pending.Remove(request);
                Finish(request, side);
                return;
            }
        }

        Context.Counters.ResponsesWithoutRequest++;
    }

    // Who closes answers nothing any more.
    private void GiveUp(AmqpSide close, bool allChannels)
    {
        for (var request = _pending.Oldest; request is not null;)
        {
            var next = (AmqpRequest?)request.Newer;
            if (request.Side.Direction != close.Direction && (allChannels || request.Side.Channel == close.Channel))
            {
                _pending.Remove(request);
                _questionText.Clear();
                _questionText.Append(_text.Value); // of the close
                var cut = _text.IsCut;
                FinishWithoutResponse(request);
                _text.Clear();
                _text.Append(_questionText.Value);
                if (cut)
                {
                    _text.MarkCut();
                }
            }

            request = next;
        }
    }

    private void FinishWithoutResponse(AmqpRequest request)
    {
        Context.Counters.RequestsWithoutResponse++;
        request.CopyTo(_text);
        WriteAlone(request.Side);
        RequestPool<AmqpRequest>.Return(request);
    }

    // The text is the answer's. What the client sent stands first, whoever asked.
    private void Finish(AmqpRequest request, AmqpSide answer)
    {
        request.CopyTo(_questionText);
        var clientAsked = request.Side.Direction == (RequestDirection ?? request.Side.Direction);
        var (client, server) = clientAsked ? (request.Side, answer) : (answer, request.Side);
        var (clientText, serverText) = clientAsked ? (_questionText, _text) : (_text, _questionText);
        var timeNs = Math.Max(request.TimeNs, answer.TimeNs);
        AmqpEventsTable.Write(
            Context,
            ref _addresses,
            new AmqpRow(timeNs, client, server, timeNs - request.TimeNs),
            clientText,
            serverText);
        Context.Counters.Records++;
        RequestPool<AmqpRequest>.Return(request);
    }

    private void WriteAlone(AmqpSide side)
    {
        var fromClient = side.Direction == (RequestDirection ?? side.Direction);
        AmqpSide? client = fromClient ? side : null;
        AmqpSide? server = fromClient ? null : side;
        AmqpEventsTable.Write(
            Context, ref _addresses, new AmqpRow(side.TimeNs, client, server, 0),
            fromClient ? _text : null, fromClient ? null : _text);
        Context.Counters.Records++;
    }
}

/// <summary>A frame of one side, without its content.</summary>
/// <param name="Type">Kind of frame.</param>
/// <param name="Channel">Its channel.</param>
/// <param name="ClassId">Class of its method or content.</param>
/// <param name="MethodId">Its method; 0 for contents.</param>
/// <param name="Direction">Where it goes.</param>
/// <param name="TimeNs">When its last byte passed, ns since 1970.</param>
internal readonly record struct AmqpSide(
    byte Type, ushort Channel, ushort ClassId, ushort MethodId, Direction Direction, long TimeNs);

/// <summary>A row: a frame of the client, one of the server, or both when one answers the other.</summary>
internal readonly record struct AmqpRow(long TimeNs, AmqpSide? Client, AmqpSide? Server, long LatencyNs);

/// <summary>A method that waits for its answer.</summary>
internal sealed class AmqpRequest : PendingRequest
{
    /// <summary>Its fields.</summary>
    public PooledBuffer Text;

    /// <summary>Which it is.</summary>
    public AmqpSide Side { get; set; }

    /// <summary>True when its fields were cut.</summary>
    public bool IsCut { get; set; }

    /// <inheritdoc/>
    public override long RetainedBytes => 128 + Text.Capacity; // the object itself and its text

    /// <inheritdoc/>
    public override void Reset()
    {
        (Side, IsCut) = (default, false);
        Text.Clear();
    }

    /// <summary>Makes its fields the text of a cell.</summary>
    public void CopyTo(CellText cell)
    {
        cell.Clear();
        cell.Append(Text.Span);
        if (IsCut)
        {
            cell.MarkCut();
        }
    }
}
