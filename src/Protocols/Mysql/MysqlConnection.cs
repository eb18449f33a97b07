using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Mysql;

/// <summary>A connection whose packets lie inside of compressed ones when the login says so.</summary>
internal sealed class MysqlConnection(SessionContext context, FramingOptions options) : IProtocolSession
{
    private readonly SessionContext _context = context;
    private readonly FramingOptions _options = options;
    private readonly MysqlSession _plain = new(context, options);
    private readonly ulong[] _ends = new ulong[2]; // of what was seen, per direction; then of what was plain
    private MysqlCompression? _compressed; // since the login

    /// <inheritdoc/>
    public SessionState State => _compressed?.State ?? _plain.State;

    /// <inheritdoc/>
    public long RetainedBytes => _plain.RetainedBytes + (_compressed?.RetainedBytes ?? 0);

    /// <inheritdoc/>
    public void OnData(Direction direction, ulong position, long timeNs, ReadOnlySpan<byte> payload)
    {
        if (_compressed is not null)
        {
            // The server ends the login before anybody compresses: plain and compressed bytes share no call.
            var start = _ends[(int)direction];
            _compressed.OnData(direction, Math.Max(position, start) - start, timeNs, payload);
            return;
        }

        _ends[(int)direction] = Math.Max(_ends[(int)direction], position + (ulong)payload.Length);
        _plain.OnData(direction, position, timeNs, payload);
        if (_plain.IsCompressed)
        {
            _compressed = new MysqlCompression(_context, _options, _plain.Capabilities);
        }
    }

    /// <inheritdoc/>
    public void OnClose(long timeNs, ulong sentBytes, ulong receivedBytes)
    {
        if (_compressed is null)
        {
            _plain.OnClose(timeNs, sentBytes, receivedBytes);
            return;
        }

        var (sent, received) = (_ends[(int)Direction.Egress], _ends[(int)Direction.Ingress]);
        _compressed.OnClose(timeNs, Math.Max(sentBytes, sent) - sent, Math.Max(receivedBytes, received) - received);
    }

    /// <inheritdoc/>
    public void OnTick(long nowNs)
    {
        _plain.OnTick(nowNs);
        _compressed?.OnTick(nowNs);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _plain.Dispose();
        _compressed?.Dispose();
    }
}
