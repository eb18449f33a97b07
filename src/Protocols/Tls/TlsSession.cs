using System.Buffers.Binary;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Streams;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Tls;

/// <summary>
/// The beginning of a TLS connection: the first ClientHello, and the ServerHello or the alert that answers it. The rest
/// is encrypted, and the session ends there.
/// </summary>
internal sealed class TlsSession(SessionContext context, FramingOptions options) : FramedSession(context, options)
{
    private const int MessageHeaderBytes = 4; // type, length of 3 bytes
    private const byte ClientHello = 1;
    private const byte ServerHello = 2;
    private readonly CellText _request = new(options.TextLimitBytes);
    private readonly CellText _response = new(options.TextLimitBytes);
    private readonly byte[] _fingerprint = new byte[Ja4.Length];
    private PooledBuffer _partial; // a message that goes on in the next record of its direction
    private Direction _partialDirection;
    private ConnectionAddresses _addresses;
    private Direction _requestDirection;
    private long _requestNs;
    private bool _hasRequest;
    private bool _hasFingerprint;

    /// <inheritdoc/>
    protected override long PendingBytes => _request.RetainedBytes + _response.RetainedBytes + _partial.Capacity;

    /// <inheritdoc/>
    internal override FrameHead ReadHead(Direction direction, ReadOnlySpan<byte> data) => TlsRecord.ReadHead(data);

    /// <inheritdoc/>
    internal override bool OnFrame(in Frame frame)
    {
        var content = frame.Bytes[Math.Min(TlsRecord.HeaderBytes, frame.Bytes.Length)..];
        switch ((TlsContent)frame.Bytes[0])
        {
            case TlsContent.Handshake:
                return OnHandshake(content, frame);
            case TlsContent.Alert when _hasRequest && frame.Direction != _requestDirection:
                if (TlsText.TryWriteAlert(content, _response))
                {
                    Finish(frame.TimeNs);
                }

                return true;
            case TlsContent.ApplicationData:
                if (!_hasRequest || frame.Direction != _requestDirection)
                {
                    End(SessionState.EndOfStream, frame.TimeNs); // the handshake is over, and was not seen
                }

                return true; // or data that a client sends early
            default:
                return true;
        }
    }

    /// <inheritdoc/>
    internal override void OnLoss(Direction direction, long timeNs)
    {
        if (direction == _partialDirection)
        {
            _partial.Release();
        }
    }

    /// <inheritdoc/>
    protected override void Expire(long beforeNs, long nowNs)
    {
        if (_hasRequest && _requestNs < beforeNs)
        {
            End(SessionState.EndOfStream, nowNs);
        }
    }

    /// <inheritdoc/>
    protected override void Flush(long timeNs)
    {
        if (_hasRequest)
        {
            Context.Counters.RequestsWithoutResponse++;
            _response.Clear();
            Write(timeNs, latencyNs: 0);
        }
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        _hasRequest = false;
        _request.Release();
        _response.Release();
        _partial.Release();
    }

    private bool OnHandshake(ReadOnlySpan<byte> content, in Frame frame)
    {
        if (_partial.Length > 0 && frame.Direction == _partialDirection)
        {
            _partial.Append(content);
            content = _partial.Span;
        }

        if (content.Length < MessageHeaderBytes)
        {
            return Keep(content, frame);
        }

        var length = (content[1] << 16) | BinaryPrimitives.ReadUInt16BigEndian(content[2..]);
        var body = content[MessageHeaderBytes..];
        if (content[0] is not (ClientHello or ServerHello) || length > Options.FrameBytes)
        {
            _partial.Release();
            return content[0] == 0; // a server that wants to begin again says so with 0
        }

        if (body.Length < length && !frame.IsTruncated)
        {
            return Keep(content, frame);
        }

        var isWhole = body.Length >= length;
        var isClient = content[0] == ClientHello;
        var isHello = TlsHello.TryRead(isWhole ? body[..length] : body, isClient, isWhole, out var hello);
        if (isHello && isClient)
        {
            OnClient(hello, frame);
        }
        else if (isHello)
        {
            OnServer(hello, frame);
        }

        _partial.Release();
        return isHello;
    }

    private bool Keep(ReadOnlySpan<byte> content, in Frame frame)
    {
        if (_partial.Length == 0)
        {
            _partialDirection = frame.Direction;
            _partial.Append(content);
        }

        return frame.Direction == _partialDirection && _partial.Length <= Options.FrameBytes;
    }

    private void OnClient(in TlsHello hello, in Frame frame)
    {
        if (_hasRequest)
        {
            return; // the second one, which a server may ask for, offers less
        }

        SeeRequest(frame.Direction);
        (_hasRequest, _requestDirection, _requestNs) = (true, frame.Direction, frame.TimeNs);
        TlsText.WriteClient(hello, _request);
        _hasFingerprint = hello.IsWhole;
        if (hello.IsWhole)
        {
            Ja4.Write(hello, _fingerprint);
        }
    }

    private void OnServer(in TlsHello hello, in Frame frame)
    {
        if (!_hasRequest || frame.Direction == _requestDirection)
        {
            Context.Counters.ResponsesWithoutRequest++;
        }
        else if (!hello.IsRetry)
        {
            TlsText.WriteServer(hello, _response);
            Finish(frame.TimeNs);
        }
    }

    private void Finish(long timeNs)
    {
        Write(timeNs, Math.Max(0, timeNs - _requestNs));
        End(SessionState.EndOfStream, timeNs);
    }

    private void Write(long timeNs, long latencyNs)
    {
        TlsEventsTable.Write(
            Context, ref _addresses, timeNs, _request, _response, latencyNs,
            _hasFingerprint ? _fingerprint : default(ReadOnlySpan<byte>));
        _hasRequest = false;
    }
}
