using System.Buffers;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Protocols.Framing;

/// <summary>
/// One direction of a framed connection. Bytes are read where they arrive; they wait in the stream only while a frame
/// is unfinished or something before them is missing. Of a frame longer than the bound its beginning is kept and the
/// rest passes by, gaps inside it included.
/// </summary>
internal sealed partial class FrameLane(FramedSession session, Direction direction)
{
    private readonly FramedSession _session = session;
    private readonly Direction _direction = direction;
    private readonly FramingOptions _options = session.Options;
    private readonly SessionCounters _counters = session.Context.Counters;
    private readonly ByteStream _stream = new(session.Options.StreamBytes);
    private State _state = session.Context.Midstream ? State.Resync : State.Head;
    private bool _joins = session.Context.Midstream; // what comes first is the end of a frame from before
    private byte[] _prefix = []; // of the frame whose rest passes by
    private int _prefixBytes;
    private ulong _length; // of that frame
    private ulong _rest; // bytes of it still to come
    private long _startNs; // of that frame
    private bool _busy; // inside Read: the stream must not move
    private bool _direct; // Read goes over a borrowed chunk of _chunkTimeNs, not over the stream
    private long _chunkTimeNs;
    private long _lastTimeNs; // of the newest byte read; grows
    private long _waitingSinceNs; // since when bytes wait; 0 when none do
    private bool _excused = session.Context.Midstream; // no frame since bytes were missed: the next may lie far
    private long _searchedBytes; // without a frame
    private int _valid;
    private int _invalid;

    private enum State : byte
    {
        Head,
        Rest,
        Resync,
    }

    /// <summary>Bytes of memory held.</summary>
    public long RetainedBytes => _stream.RetainedBytes + _prefix.Length;

    /// <summary>Takes a chunk; an empty one says that the bytes before its position passed unseen.</summary>
    public void OnData(ulong position, long timeNs, ReadOnlySpan<byte> chunk)
    {
        if (chunk.IsEmpty)
        {
            OnCut(position, timeNs);
            return;
        }

        if (_stream.IsEmpty && position > _stream.Position)
        {
            PassGap(position - _stream.Position, timeNs);
        }

        if (_stream.IsEmpty && position == _stream.Position)
        {
            ReadChunk(timeNs, chunk);
            return;
        }

        if (_stream.BufferedBytes + (long)chunk.Length > _options.StreamBytes)
        {
            GiveUpGaps(timeNs);
        }

        _counters.DroppedBytes += _stream.Append(position, timeNs, chunk);
        ReadStream(timeNs);
    }

    /// <summary>Stops waiting for what is missing, when bytes wait behind a gap.</summary>
    public void GiveUpGaps(long nowNs)
    {
        while (!_busy && _session.IsActive && !_stream.IsEmpty)
        {
            if (_stream.Head.Length == _stream.BufferedBytes)
            {
                return; // nothing is missing: a frame that is not finished
            }

            if (!_stream.Head.IsEmpty)
            {
                CutFrame();
            }

            LoseGap(_stream.GapBytes, nowNs);
            ReadStream(nowNs);
        }
    }

    /// <summary>Called about once a second.</summary>
    public void OnTick(long nowNs)
    {
        if (_waitingSinceNs == 0)
        {
            return;
        }

        if (nowNs - _waitingSinceNs >= Ns(_options.GapPatience))
        {
            GiveUpGaps(nowNs);
        }

        if (_waitingSinceNs != 0 && nowNs - _waitingSinceNs >= Ns(_options.RequestExpiry) && !_stream.IsEmpty)
        {
            _counters.DroppedBytes += _stream.BufferedBytes; // a frame that never ends
            _stream.SkipTo(_stream.End);
            Lose(nowNs, nowNs);
            _waitingSinceNs = 0;
        }
    }

    /// <summary>The connection ended after <paramref name="totalBytes"/> this way.</summary>
    public void OnClose(long nowNs, ulong totalBytes)
    {
        GiveUpGaps(nowNs);
        if (_session.IsActive && _stream.IsEmpty && totalBytes > _stream.Position)
        {
            LoseGap(totalBytes - _stream.Position, nowNs);
        }

        if (_session.IsActive && _state == State.Rest)
        {
            EndLong();
        }

        _counters.DroppedBytes += _stream.BufferedBytes;
        Clear();
    }

    /// <summary>Gives everything back.</summary>
    public void Clear()
    {
        _waitingSinceNs = 0;
        _stream.Clear();
        ReleasePrefix();
    }

    // The rest of a call was left out and will not come later; what is missing before the call may.
    private void OnCut(ulong end, long timeNs)
    {
        if (_busy || _stream.Head.Length != _stream.BufferedBytes || end <= _stream.End)
        {
            return;
        }

        if (!_stream.IsEmpty)
        {
            CutFrame();
        }

        if (_session.IsActive && !PassGap(end - _stream.Position, timeNs))
        {
            LoseGap(end - _stream.Position, timeNs);
        }

        _waitingSinceNs = 0;
    }

    private static long Ns(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;

    private void ReadChunk(long timeNs, ReadOnlySpan<byte> chunk)
    {
        (_direct, _chunkTimeNs) = (true, timeNs);
        var used = Read(chunk);
        _direct = false;
        _stream.Advance(used);
        if (used < chunk.Length)
        {
            _counters.DroppedBytes += _stream.Append(_stream.Position, timeNs, chunk[used..]);
            _waitingSinceNs = timeNs;
        }
    }

    private void ReadStream(long nowNs)
    {
        while (_session.IsActive && !_stream.IsEmpty && PassGap(_stream.GapBytes, nowNs))
        {
            var head = _stream.Head;
            var used = Read(head);
            _stream.Advance(used);
            if (used < head.Length)
            {
                break;
            }
        }

        _waitingSinceNs = _stream.IsEmpty ? 0 : _waitingSinceNs == 0 ? nowNs : _waitingSinceNs;
        if (_waitingSinceNs != 0 && nowNs - _waitingSinceNs >= Ns(_options.GapPatience))
        {
            _waitingSinceNs = nowNs;
            GiveUpGaps(nowNs);
        }
    }

    // True when there is no gap, or it lies inside the part of a frame that passes by.
    private bool PassGap(ulong bytes, long timeNs)
    {
        if (bytes == 0)
        {
            return true;
        }

        if (_state != State.Rest || _rest < bytes)
        {
            return false;
        }

        CountGap(bytes);
        _lastTimeNs = Math.Max(_lastTimeNs, timeNs);
        PassRest(bytes);
        return true;
    }

    private void LoseGap(ulong bytes, long nowNs)
    {
        CountGap(bytes);
        _excused = true;
        if (_state == State.Rest)
        {
            var inside = Math.Min(bytes, _rest);
            PassRest(inside);
            if (inside == bytes)
            {
                return;
            }
        }

        Lose(nowNs, _stream.Head.IsEmpty ? nowNs : Math.Min(nowNs, _stream.TimeAt(_stream.Position)));
    }

    private void Lose(long nowNs, long behindNs)
    {
        _state = State.Resync;
        _counters.Resynchronisations++;
        TellLoss(nowNs, behindNs);
    }

    private void TellLoss(long nowNs, long behindNs)
    {
        _session.BehindLossNs = behindNs;
        _session.OnLoss(_direction, nowNs);
    }

    private void CountGap(ulong bytes)
    {
        _counters.AddGap(bytes);
        _stream.SkipTo(_stream.Position + bytes);
    }

    private void ReleasePrefix()
    {
        if (_prefix.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_prefix);
            _prefix = [];
        }

        _prefixBytes = 0;
    }
}
