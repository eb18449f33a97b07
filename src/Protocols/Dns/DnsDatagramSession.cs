using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Dns;

/// <summary>DNS over UDP: each chunk is one message. A lost one costs nothing but itself.</summary>
internal sealed class DnsDatagramSession(SessionContext context, FramingOptions options) : IProtocolSession
{
    private const int MinAttempts = 5; // a judgement needs more
    private const int MaxInvalidPercent = 40;
    private readonly SessionContext _context = context;
    private readonly SessionCounters _counters = context.Counters;
    private readonly long _expiryNs = options.RequestExpiry.Ticks * TimeSpan.NanosecondsPerTick;
    private readonly DnsExchanges _exchanges = new(context, options);
    private ulong _sent; // position behind the last datagram seen
    private ulong _received;
    private int _valid;
    private int _invalid;

    /// <inheritdoc/>
    public SessionState State { get; private set; }

    /// <inheritdoc/>
    public long RetainedBytes => _exchanges.Bytes;

    /// <inheritdoc/>
    public void OnData(Direction direction, ulong position, long timeNs, ReadOnlySpan<byte> payload)
    {
        _counters.PayloadBytes += payload.Length;
        ref var end = ref (direction == Direction.Egress ? ref _sent : ref _received);
        if (State != SessionState.Active || position < end)
        {
            return; // a repeat
        }

        CountGap(position - end);
        end = position + (ulong)payload.Length;
        if (payload.IsEmpty)
        {
            return;
        }

        if (payload.Length >= DnsHeader.Length
            && DnsHeader.Read(payload).IsPlausible(payload.Length)
            && _exchanges.OnMessage(direction, timeNs, payload))
        {
            _counters.Frames++;
            _valid++;
            return;
        }

        CountInvalid(timeNs, payload.Length);
    }

    /// <inheritdoc/>
    public void OnClose(long timeNs, ulong sentBytes, ulong receivedBytes)
    {
        if (State == SessionState.Active)
        {
            CountGap(sentBytes - Math.Min(sentBytes, _sent));
            CountGap(receivedBytes - Math.Min(receivedBytes, _received));
            End(SessionState.EndOfStream, timeNs);
        }
    }

    /// <inheritdoc/>
    public void OnTick(long nowNs)
    {
        if (State == SessionState.Active)
        {
            _exchanges.Expire(nowNs - _expiryNs, nowNs);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _exchanges.Release();

    private void CountGap(ulong bytes)
    {
        if (bytes > 0)
        {
            _counters.AddGap(bytes);
        }
    }

    private void CountInvalid(long timeNs, int bytes)
    {
        _invalid++;
        _counters.InvalidFrames++;
        _counters.DroppedBytes += bytes;
        var attempts = _valid + _invalid;
        if (attempts > MinAttempts && _invalid * 100L > attempts * (long)MaxInvalidPercent)
        {
            _counters.FailedSessions++;
            End(SessionState.Failed, timeNs);
        }
    }

    private void End(SessionState state, long timeNs)
    {
        State = state;
        _exchanges.Flush(timeNs);
    }
}
