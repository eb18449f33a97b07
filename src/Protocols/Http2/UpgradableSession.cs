using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Http2;

/// <summary>An HTTP/1.x connection that goes on as HTTP/2 when it is upgraded to h2c by 101 (RFC 7540 §3.2).</summary>
internal sealed class UpgradableSession(
    HttpSession first, SessionContext context, HttpOptions http, FramingOptions framing) : IProtocolSession
{
    private readonly HttpSession _first = first;
    private readonly SessionContext _context = context;
    private readonly HttpOptions _http = http;
    private readonly FramingOptions _framing = framing;
    private Http2Session? _second; // since the upgrade

    /// <inheritdoc/>
    public SessionState State => _second?.State ?? _first.State;

    /// <inheritdoc/>
    public long RetainedBytes => _first.RetainedBytes + (_second?.RetainedBytes ?? 0);

    /// <inheritdoc/>
    public void OnData(Direction direction, ulong position, long timeNs, ReadOnlySpan<byte> payload)
    {
        if (_second is null)
        {
            _first.OnData(direction, position, timeNs, payload);
            if (_first.Upgrade is not { } upgrade)
            {
                return;
            }

            _second = new Http2Session(_context, _http, _framing);
            _second.BeginUpgraded(upgrade);
            _context.Counters.PayloadBytes -= Rest(direction, position, payload).Length; // counted again
        }

        var rest = Rest(direction, position, payload);
        var start = StartOf(direction);
        _second.OnData(direction, Math.Max(position, start) - start, timeNs, rest);
    }

    /// <inheritdoc/>
    public void OnClose(long timeNs, ulong sentBytes, ulong receivedBytes)
    {
        if (_second is null)
        {
            _first.OnClose(timeNs, sentBytes, receivedBytes);
            return;
        }

        var (sent, received) = (StartOf(Direction.Egress), StartOf(Direction.Ingress));
        _second.OnClose(timeNs, Math.Max(sentBytes, sent) - sent, Math.Max(receivedBytes, received) - received);
    }

    /// <inheritdoc/>
    public void OnTick(long nowNs)
    {
        _first.OnTick(nowNs);
        _second?.OnTick(nowNs);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _first.Dispose();
        _second?.Dispose();
    }

    // Position of the first byte of HTTP/2.
    private ulong StartOf(Direction direction) => _first.EndPositionOf(direction) ?? 0;

    private ReadOnlySpan<byte> Rest(Direction direction, ulong position, ReadOnlySpan<byte> payload)
    {
        var start = StartOf(direction);
        return position >= start ? payload : payload[(int)Math.Min(start - position, (ulong)payload.Length)..];
    }
}
