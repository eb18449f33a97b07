using System.Collections.Immutable;
using PixieOrleans.Protocols.Recognition;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Replay.Connections;

/// <summary>The payload of one connection on its way to sessions: recognised first, then parsed.</summary>
internal sealed class ConnectionPayload(SessionFactory sessions, StreamCounters counters) : IByteSink
{
    private const int MaxMessages = 16; // then a connection counts as unrecognised
    private const int MaxSegments = 64;

    private MessageStart? _start = new();
    private ImmutableArray<SessionView> _views = [];
    private int _segments;
    private bool _isResumed; // an earlier session was dropped: the next one starts in the middle

    /// <summary>The connection; set right after it was made.</summary>
    public CapturedConnection Connection { get; set; } = null!;

    /// <summary>Bytes that sessions hold, or that wait to be recognised.</summary>
    public long RetainedBytes
    {
        get
        {
            var bytes = _start?.RetainedBytes ?? 0;
            foreach (var view in _views)
            {
                bytes += view.RetainedBytes;
            }

            return bytes;
        }
    }

    /// <inheritdoc/>
    public void OnBytes(int side, ulong position, long timeNs, ReadOnlySpan<byte> bytes)
    {
        if (_start is not null)
        {
            Recognise(side, position, timeNs, bytes);
        }
        else if (!_views.IsEmpty)
        {
            Feed(side, position, timeNs, bytes);
        }
        else
        {
            counters.IgnoredBytes += bytes.Length;
        }
    }

    /// <summary>Called about once a second of the capture.</summary>
    public void Tick(long nowNs)
    {
        try
        {
            foreach (var view in _views)
            {
                view.OnTick(nowNs);
            }
        }
        catch (Exception e) // a parser's defect costs its connection, not the replay
        {
            Fault(e);
            return;
        }

        Settle();
    }

    /// <summary>The connection ended.</summary>
    public void Close(long timeNs)
    {
        try
        {
            foreach (var view in _views)
            {
                view.OnClose(timeNs, Connection.Total(0), Connection.Total(1));
            }
        }
        catch (Exception e) // as above
        {
            Fault(e);
            return;
        }

        if (_start is not null && Connection.Total(0) + Connection.Total(1) > 0)
        {
            counters.Unrecognised++;
        }

        Ignore();
    }

    /// <summary>Drops the sessions for their memory; the next message starts others.</summary>
    public void Evict(long timeNs)
    {
        counters.EvictedSessions++;
        Close(timeNs);
        (_start, _isResumed) = (new MessageStart(), true);
    }

    private void Recognise(int side, ulong position, long timeNs, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return; // a gap
        }

        var start = _start!;
        var (protocol, kind, withHeld) = start.Look(side, position, bytes, Connection.Key.IsDatagram);
        if (kind == MessageKind.None)
        {
            counters.IgnoredBytes += bytes.Length;
            if (start.Messages > MaxMessages || ++_segments > MaxSegments)
            {
                counters.Unrecognised++;
                Ignore();
                return;
            }

            start.Hold(position, timeNs, bytes);
            return;
        }

        Connection.Protocol = protocol;
        Connection.Server ??= kind switch
        {
            MessageKind.Request => 1 - side,
            MessageKind.Response => side,
            _ => Connection.GuessServer(),
        };
        Begin(side, withHeld ? start : null);
        start.Release();
        OnBytes(side, position, timeNs, bytes);
    }

    private void Begin(int side, MessageStart? held)
    {
        _start = null;
        _views = sessions.Start(Connection, _isResumed || Connection.Tcp is { IsMidstream: true });
        if (_views.IsEmpty)
        {
            counters.Unparsed++;
            return;
        }

        while (held is not null && held.TakeHeld(out var position, out var timeNs) is { IsEmpty: false } bytes)
        {
            counters.IgnoredBytes -= bytes.Length;
            OnBytes(side, position, timeNs, bytes);
            held.Advance(bytes.Length);
        }
    }

    private void Feed(int side, ulong position, long timeNs, ReadOnlySpan<byte> bytes)
    {
        counters.ParsedBytes += bytes.Length;
        try
        {
            foreach (var view in _views)
            {
                view.OnBytes(side, position, timeNs, bytes);
            }
        }
        catch (Exception e) // as above
        {
            Fault(e);
            return;
        }

        Settle();
    }

    private void Settle()
    {
        foreach (var view in _views)
        {
            if (view.State != SessionState.Active)
            {
                counters.Failed += view.State == SessionState.Failed ? 1 : 0;
                Ignore();
                return;
            }
        }
    }

    private void Fault(Exception error)
    {
        counters.Faults++;
        counters.FirstFault ??= error.ToString();
        Ignore();
    }

    private void Ignore()
    {
        foreach (var view in _views)
        {
            view.Dispose();
        }

        _start?.Release();
        (_start, _views) = (null, []);
    }
}
