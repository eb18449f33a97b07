using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Mysql;

/// <summary>
/// A MySQL connection: answers come in the order of the commands, and the numbers of packets go on from command to
/// answer. This part reads heads and the login.
/// </summary>
internal sealed partial class MysqlSession : FramedSession
{
    private readonly PendingRequests<MysqlRequest> _pending = new(keyed: false);
    private readonly PendingRequests<MysqlStatement> _statements = new(keyed: true);
    private readonly MysqlResponse _response;
    private readonly CellText _text; // of the request at hand
    private ConnectionAddresses _addresses;
    private MysqlCapabilities? _capabilities; // null when the login was not seen
    private Phase _phase;

    public MysqlSession(SessionContext context, FramingOptions options)
        : base(context, options)
    {
        _response = new MysqlResponse(options.BodyLimitBytes);
        _text = new CellText(options.BodyLimitBytes);
        _phase = context.Midstream ? Phase.Commands : Phase.Start;
    }

    private enum Phase : byte
    {
        Start,
        Login,
        Commands,
    }

    /// <summary>True when it ended because what follows is compressed.</summary>
    public bool IsCompressed { get; private set; }

    /// <summary>What the sides agreed on.</summary>
    public MysqlCapabilities Capabilities => _capabilities ?? MysqlCapabilities.None;

    /// <inheritdoc/>
    protected override long PendingBytes =>
        _pending.Bytes + _statements.Bytes + _text.RetainedBytes + _response.Text.RetainedBytes;

    /// <inheritdoc/>
    internal override FrameHead ReadHead(Direction direction, ReadOnlySpan<byte> data)
    {
        if (data.Length < MysqlPacket.HeadBytes)
        {
            return FrameHead.NeedMoreData;
        }

        var packet = MysqlPacket.Read(data);
        var payload = data[MysqlPacket.HeadBytes..];
        ParseStatus status;
        if (RequestDirection is { } requests)
        {
            status = direction == requests ? RequestStatus(packet, payload) : ResponseStatus(packet, payload);
        }
        else
        {
            status = FirstStatus(packet, payload);
        }

        return status == ParseStatus.Success ? packet.Head : new FrameHead(status, 0);
    }

    /// <inheritdoc/>
    internal override bool OnFrame(in Frame frame)
    {
        var packet = MysqlPacket.Read(frame.Bytes);
        var payload = frame.Bytes[MysqlPacket.HeadBytes..];
        var isRequest = RequestDirection is { } requests
            ? frame.Direction == requests
            : !(packet.Number == 0 && MysqlHandshake.IsGreeting(payload, packet.Length));
        SeeRequest(isRequest ? frame.Direction : Opposite(frame.Direction));
        return isRequest ? OnRequest(packet, payload, frame) : OnResponse(packet, payload, frame);
    }

    /// <inheritdoc/>
    internal override int FindBoundary(Direction direction, ReadOnlySpan<byte> data)
    {
        for (var start = 0; start + MysqlPacket.HeadBytes < data.Length; start++)
        {
            if (IsChain(direction, data[start..], isBeginning: start == 0))
            {
                return start;
            }
        }

        return -1;
    }

    /// <inheritdoc/>
    protected override void Expire(long beforeNs, long nowNs)
    {
        // An answer that goes on for long is not overdue.
        beforeNs = _response.IsUnderWay && _responseNs >= beforeNs ? long.MinValue : beforeNs;
        while (_pending.TakeOverdue(Options, beforeNs) is { } request)
        {
            _isCareful = true;
            FinishUnknown(request, nowNs);
        }

        while (_statements.TakeOverdue(Options, long.MinValue) is { } statement)
        {
            RequestPool<MysqlStatement>.Return(statement);
        }
    }

    /// <inheritdoc/>
    protected override void Flush(long timeNs)
    {
        while (_pending.TakeOldest() is { } request)
        {
            FinishUnknown(request, timeNs);
        }
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        while (_pending.TakeOldest() is { } request)
        {
            RequestPool<MysqlRequest>.Return(request);
        }

        ForgetStatements();
        _text.Release();
        _response.Text.Release();
    }

    // Before the role is known: what only one side sends tells it.
    private ParseStatus FirstStatus(MysqlPacket packet, ReadOnlySpan<byte> payload)
    {
        if (packet.Number == 0 && MysqlHandshake.IsGreeting(payload, packet.Length))
        {
            return ParseStatus.Success;
        }

        return RequestStatus(packet, payload);
    }

    private ParseStatus RequestStatus(MysqlPacket packet, ReadOnlySpan<byte> payload)
    {
        if (_requestGoesOn)
        {
            return When(packet.Number == (byte)(_requestNumber + 1));
        }

        if (packet.Number == 0)
        {
            return payload.IsEmpty && packet.Length > 0 ? ParseStatus.NeedMoreData
                : When(MysqlCommandText.CanBegin(packet, payload));
        }

        if (_phase == Phase.Commands)
        {
            return When(IsPacketOfExchange(packet));
        }

        if (_phase == Phase.Login)
        {
            return When(MysqlHandshake.Allows(packet.Length));
        }

        return packet.Number > 2 || packet.Length < MysqlHandshake.LoginBytes ? ParseStatus.Invalid
            : payload.Length < MysqlHandshake.LoginBytes ? ParseStatus.NeedMoreData
            : When(MysqlHandshake.IsLogin(payload, packet.Length));
    }

    private ParseStatus ResponseStatus(MysqlPacket packet, ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty && packet.Length > 0)
        {
            return ParseStatus.NeedMoreData;
        }

        if (_phase == Phase.Start && packet.Number == 0)
        {
            return When(MysqlHandshake.IsGreeting(payload, packet.Length) || payload is [0xff, ..]);
        }

        return When(_phase == Phase.Login
            ? MysqlHandshake.Allows(packet.Length)
            : packet.Number == (byte)(_responseNumber + 1) || packet.Number == ExpectedNumber || packet.Number == 1);
    }

    // Packets one behind the other up to the end of the data; at its beginning the last one may go beyond.
    private bool IsChain(Direction direction, ReadOnlySpan<byte> data, bool isBeginning)
    {
        var isResponse = RequestDirection is { } requests && direction != requests;
        var previous = -1;
        while (!data.IsEmpty)
        {
            if (data.Length <= MysqlPacket.HeadBytes)
            {
                return isBeginning && previous >= 0;
            }

            var packet = MysqlPacket.Read(data);
            var payload = data[MysqlPacket.HeadBytes..];
            var follows = isResponse && previous >= 0 && packet.Number == (byte)(previous + 1);
            var begins = isResponse
                ? packet.Number == 1 && MysqlResponse.CanBegin(payload, packet.Length)
                : MysqlCommandText.CanBegin(packet, payload);
            if (!follows && !begins)
            {
                return false;
            }

            if (packet.Length > payload.Length)
            {
                return isBeginning;
            }

            previous = packet.Number;
            data = payload[packet.Length..];
        }

        return true;
    }

    // In the middle of an exchange the client sends a file or its part of a login.
    private bool IsPacketOfExchange(MysqlPacket packet) =>
        _pending.Oldest is { } request
        && ((_response.WantsPackets && packet.Number == (byte)(_responseNumber + 1))
            || (_response.WantsPackets && packet.Number == (byte)(request.Number + 1))
            || request.Command == MysqlCommand.ChangeUser);

    private void OnLogin(ReadOnlySpan<byte> login, in Frame frame)
    {
        _phase = Phase.Login;
        var capabilities = MysqlHandshake.Capabilities(login);
        if ((capabilities & MysqlCapabilities.Ssl) != 0
            && frame.Length == MysqlPacket.HeadBytes + MysqlHandshake.LoginBytes)
        {
            End(SessionState.Encrypted, frame.TimeNs);
            return;
        }

        _capabilities = capabilities;
    }

    /// <summary>The login is over, elsewhere.</summary>
    public void BeginCommands(MysqlCapabilities capabilities) =>
        (_phase, _capabilities) = (Phase.Commands, capabilities);

    private void OnLoginAnswer(ReadOnlySpan<byte> payload, in Frame frame)
    {
        if (payload is [0 or 0xff, ..])
        {
            EndLogin(frame.TimeNs);
            IsCompressed = !IsActive && payload[0] == 0;
        }
    }

    private void EndLogin(long timeNs)
    {
        const MysqlCapabilities Compressed = MysqlCapabilities.Compress | MysqlCapabilities.CompressZstd;
        _phase = Phase.Commands;
        if (((_capabilities ?? MysqlCapabilities.None) & Compressed) != 0)
        {
            End(SessionState.EndOfStream, timeNs); // what follows is compressed
        }
    }

    private static ParseStatus When(bool valid) => valid ? ParseStatus.Success : ParseStatus.Invalid;
}
