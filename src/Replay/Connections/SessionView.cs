using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Replay.Connections;

/// <summary>A connection as one of its sides sees it.</summary>
/// <param name="session">Parses it.</param>
/// <param name="own">The side.</param>
/// <param name="isMidstream">Positions count from the first byte seen, not from the connection's first.</param>
internal sealed class SessionView(IProtocolSession session, int own, bool isMidstream) : IDisposable
{
    private const ulong Unknown = ulong.MaxValue;

    private readonly ulong[] _base = isMidstream ? [Unknown, Unknown] : [0, 0];

    /// <summary>State of the session.</summary>
    public SessionState State => session.State;

    /// <summary>Bytes that the session holds.</summary>
    public long RetainedBytes => session.RetainedBytes;

    /// <summary>Takes bytes of a side.</summary>
    public void OnBytes(int side, ulong position, long timeNs, ReadOnlySpan<byte> bytes)
    {
        if (_base[side] == Unknown)
        {
            _base[side] = position;
        }

        var direction = side == own ? Direction.Egress : Direction.Ingress;
        session.OnData(direction, position - Math.Min(position, _base[side]), timeNs, bytes);
    }

    /// <summary>The connection ended after these bytes of each side.</summary>
    public void OnClose(long timeNs, ulong first, ulong second)
    {
        ulong[] totals = [first - Math.Min(first, _base[0]), second - Math.Min(second, _base[1])];
        session.OnClose(timeNs, totals[own], totals[1 - own]);
    }

    /// <summary>Called about once a second of the capture.</summary>
    public void OnTick(long nowNs) => session.OnTick(nowNs);

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();
}
