using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Streams;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Mqtt;

/// <summary>
/// An MQTT connection. A packet that is answered waits for its answer, by type and packet identifier; both sides
/// number theirs on their own. A message of quality 2 is two exchanges.
/// </summary>
internal sealed class MqttSession(SessionContext context, FramingOptions options) : FramedSession(context, options)
{
    private readonly PendingRequests<MqttRequest> _pending = new(keyed: true);
    private readonly CellText _topic = new(options.TextLimitBytes);
    private readonly CellText _text = new(options.TextLimitBytes);
    private readonly CellText _requestText = new(options.TextLimitBytes);
    private ConnectionAddresses _addresses;
    private int _version; // of the CONNECT; 0 when it was not seen

    /// <inheritdoc/>
    protected override long PendingBytes =>
        _pending.Bytes + _topic.RetainedBytes + _text.RetainedBytes + _requestText.RetainedBytes;

    /// <inheritdoc/>
    internal override FrameHead ReadHead(Direction direction, ReadOnlySpan<byte> data) => MqttPacket.ReadHead(data);

    /// <inheritdoc/>
    internal override bool OnFrame(in Frame frame)
    {
        var packet = MqttPacket.Parse(frame.Bytes);
        if (frame.IsTruncated && (packet.Type.IsAnswer || packet.Type.HasPacketId))
        {
            return false; // what it is about may be missing
        }

        if (packet.Type.Kind == MqttKind.Connect && !TryReadVersion(packet.Bytes, out _version))
        {
            return false;
        }

        if (packet.Type.FromClient is { } fromClient && !IsFrom(fromClient, frame.Direction))
        {
            return false; // a client's packet from the server or the other way
        }

        _topic.Clear();
        _text.Clear();
        var body = new MqttBody(_version, !frame.IsTruncated, Options.BodyLimitBytes);
        if (!body.Write(packet, _topic, _text, out var code))
        {
            return false;
        }

        if (packet.Type.IsAnswer)
        {
            OnAnswer(packet, frame, code);
        }
        else
        {
            OnRequest(packet, frame);
        }

        return true;
    }

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
            RequestPool<MqttRequest>.Return(request);
        }

        _topic.Release();
        _text.Release();
        _requestText.Release();
    }

    // A CONNECT begins with a name, as text, and a version.
    private static bool TryReadVersion(ReadOnlySpan<byte> connect, out int version)
    {
        var reader = new MqttReader(connect);
        var name = reader.Text();
        version = reader.UInt8();
        return name.SequenceEqual("MQTT"u8) ? version is 4 or 5 : name.SequenceEqual("MQIsdp"u8) && version == 3;
    }

    private static long Key(MqttKind answer, Direction asked, int packetId) =>
        ((long)answer << 17) | ((long)asked << 16) | (uint)packetId;

    // Learns the role when nobody knows it.
    private bool IsFrom(bool client, Direction direction)
    {
        SeeRequest(client ? direction : Opposite(direction));
        return RequestDirection == direction == client;
    }

    private bool IsFromClient(Direction direction) => direction == (RequestDirection ?? direction);

    private void OnRequest(in MqttPacket packet, in Frame frame)
    {
        if (packet.Answer == MqttKind.None)
        {
            WriteRow(
                new MqttRow(
                    frame.TimeNs, IsFromClient(frame.Direction), packet.Type, packet.PacketId, packet.Qos,
                    null, 0, null, 0),
                _text);
            return;
        }

        var request = RequestPool<MqttRequest>.Rent();
        (request.TimeNs, request.Type, request.Direction) = (frame.TimeNs, packet.Type, frame.Direction);
        (request.PacketId, request.Qos) = (packet.PacketId, packet.Qos);
        request.Key = Key(packet.Answer, frame.Direction, packet.PacketId);
        request.Topic.Set(_topic);
        request.Text.Set(_text);
        if (_pending.Add(request) is { } replaced)
        {
            FinishWithoutResponse(replaced);
        }

        Expire(long.MinValue, frame.TimeNs);
    }

    private void OnAnswer(in MqttPacket packet, in Frame frame, int code)
    {
        var key = Key(packet.Type.Kind, Opposite(frame.Direction), packet.PacketId);
        if (_pending.Find(key) is not { } request)
        {
            Context.Counters.ResponsesWithoutRequest++;
            return;
        }

        _pending.Remove(request);
        var timeNs = Math.Max(frame.TimeNs, request.TimeNs);
        Finish(request, request.ToRow(timeNs, IsFromClient(request.Direction)) with
        {
            Answer = packet.Type,
            AnswerCode = code,
            AnswerBody = _text,
            LatencyNs = timeNs - request.TimeNs,
        });
    }

    private void FinishWithoutResponse(MqttRequest request)
    {
        Context.Counters.RequestsWithoutResponse++;
        Finish(request, request.ToRow(request.TimeNs, IsFromClient(request.Direction)));
    }

    private void Finish(MqttRequest request, in MqttRow row)
    {
        request.Topic.CopyTo(_topic);
        request.Text.CopyTo(_requestText);
        WriteRow(row, _requestText);
        RequestPool<MqttRequest>.Return(request);
    }

    private void WriteRow(in MqttRow row, CellText request)
    {
        MqttEventsTable.Write(Context, ref _addresses, row, _topic, request);
        Context.Counters.Records++;
    }
}

/// <summary>A packet that waits for its answer.</summary>
internal sealed class MqttRequest : PendingRequest
{
    /// <summary>Its topic.</summary>
    public MqttText Topic;

    /// <summary>Its fields.</summary>
    public MqttText Text;

    /// <summary>Its type.</summary>
    public MqttType? Type { get; set; }

    /// <summary>Where it goes.</summary>
    public Direction Direction { get; set; }

    /// <summary>Its number.</summary>
    public int PacketId { get; set; }

    /// <summary>Its quality of service.</summary>
    public int Qos { get; set; }

    /// <inheritdoc/>
    public override long RetainedBytes => 192 + Topic.RetainedBytes + Text.RetainedBytes; // the object and its texts

    /// <summary>Its row without an answer.</summary>
    public MqttRow ToRow(long timeNs, bool fromClient) =>
        new(timeNs, fromClient, Type!, PacketId, Qos, null, 0, null, 0);

    /// <inheritdoc/>
    public override void Reset()
    {
        (Type, Direction, PacketId, Qos) = (null, default, 0, 0);
        Topic.Clear();
        Text.Clear();
    }
}

/// <summary>Text of a cell that waits; not to be copied.</summary>
internal struct MqttText
{
    private PooledBuffer _bytes;
    private bool _isCut;

    /// <summary>Bytes of memory held.</summary>
    public readonly int RetainedBytes => _bytes.Capacity;

    /// <summary>Takes a copy of a cell.</summary>
    public void Set(CellText cell)
    {
        _bytes.Clear();
        _bytes.Append(cell.Value);
        _isCut = cell.IsCut;
    }

    /// <summary>Makes it the text of a cell.</summary>
    public readonly void CopyTo(CellText cell)
    {
        cell.Clear();
        cell.Append(_bytes.Span);
        if (_isCut)
        {
            cell.MarkCut();
        }
    }

    /// <summary>No text.</summary>
    public void Clear()
    {
        _bytes.Clear();
        _isCut = false;
    }
}
