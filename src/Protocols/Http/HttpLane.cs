using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Protocols.Http;

/// <summary>
/// One direction of an HTTP connection: cuts its bytes into messages and hands them to the session. Bytes wait in the
/// stream only while a head is unfinished or something before them is missing; bodies are walked over as they come.
/// </summary>
internal sealed partial class HttpLane(
    HttpSession session, Direction direction, HttpOptions options, SessionContext context)
{
    private readonly HttpSession _session = session;
    private readonly Direction _direction = direction;
    private readonly HttpOptions _options = options;
    private readonly SessionCounters _counters = context.Counters;
    private readonly ByteStream _stream = new(options.StreamBytes);
    private HttpBody _body;
    private HttpExchange? _exchange; // whose message is read; null for a response without request
    private State _state = context.Midstream ? State.Resync : State.Head;
    private bool _busy; // inside Read: the stream must not move
    private bool _direct; // Read goes over a borrowed chunk of _chunkTimeNs, not over the stream
    private bool _guess; // a response without request: its body may be absent (HEAD)
    private bool _failing; // looks for a boundary because bytes made no sense, not because some are missing
    private int _searched; // bytes of an unfinished head known to hold no end
    private long _chunkTimeNs;
    private long _lastTimeNs; // of the newest byte read; grows
    private long _waitingSinceNs; // since when bytes wait; 0 when none do
    private int _valid;
    private int _invalid;

    private enum State : byte
    {
        Head,
        Body,
        Resync,
    }

    /// <summary>What goes this way.</summary>
    public HttpMessageKind Kind { get; set; }

    /// <summary>Bytes of memory held.</summary>
    public long RetainedBytes => _stream.RetainedBytes;

    /// <summary>Where the reading ended, once it did.</summary>
    public ulong? EndPosition { get; private set; }

    /// <summary>Bytes taken that wait for others.</summary>
    public int WaitingBytes => _stream.BufferedBytes;

    /// <summary>True inside a message.</summary>
    public bool IsInsideMessage => _state == State.Body || (_state == State.Head && !_stream.IsEmpty);

    /// <summary>Takes a chunk; an empty one says that the bytes before its position passed unseen.</summary>
    public void OnData(ulong position, long timeNs, ReadOnlySpan<byte> chunk)
    {
        if (_stream.IsEmpty && position > _stream.Position)
        {
            PassGap(position - _stream.Position, chunk.IsEmpty ? timeNs : _lastTimeNs);
        }

        if (chunk.IsEmpty)
        {
            return;
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
            var head = _stream.Head.Length;
            if (head == _stream.BufferedBytes)
            {
                return; // nothing is missing: a head that is not finished
            }

            if (head > 0)
            {
                _counters.DroppedBytes += head; // the beginning of a head whose end is missing
                _stream.Advance(head);
            }

            LoseGap(_stream.GapBytes);
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

        var waitedNs = nowNs - _waitingSinceNs;
        if (waitedNs >= _options.GapPatience.Ticks * TimeSpan.NanosecondsPerTick)
        {
            GiveUpGaps(nowNs);
        }

        if (waitedNs >= _options.RequestExpiry.Ticks * TimeSpan.NanosecondsPerTick && !_stream.IsEmpty)
        {
            _counters.DroppedBytes += _stream.BufferedBytes; // a head that never ends
            _stream.SkipTo(_stream.End);
            StartResync(failing: false);
            _waitingSinceNs = 0;
        }
    }

    /// <summary>The connection ended after <paramref name="totalBytes"/> this way.</summary>
    public void OnClose(long nowNs, ulong totalBytes)
    {
        GiveUpGaps(nowNs);
        if (_stream.IsEmpty && totalBytes > _stream.Position)
        {
            LoseGap(totalBytes - _stream.Position);
        }

        if (_session.IsActive && _state == State.Body)
        {
            EndMessage(); // the end of a body until close, or of one that was broken off
        }

        _counters.DroppedBytes += _stream.BufferedBytes;
        Clear();
    }

    /// <summary>The exchange is gone: what still comes of its message belongs to no row.</summary>
    public void Detach(HttpExchange exchange)
    {
        if (_exchange == exchange)
        {
            _exchange = null;
        }
    }

    /// <summary>Gives everything back.</summary>
    public void Clear()
    {
        EndPosition ??= _busy ? null : _stream.Position;
        _exchange = null;
        _waitingSinceNs = 0;
        _stream.Clear();
    }

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
        while (_session.IsActive && !_stream.IsEmpty && PassGap(_stream.GapBytes, _lastTimeNs))
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
        if (_waitingSinceNs != 0 && nowNs - _waitingSinceNs >= _options.GapPatience.Ticks * TimeSpan.NanosecondsPerTick)
        {
            _waitingSinceNs = nowNs;
            GiveUpGaps(nowNs);
        }
    }

    // True when there is no gap, or it lies inside a body that says how long it is.
    private bool PassGap(ulong bytes, long timeNs)
    {
        if (bytes == 0)
        {
            return true;
        }

        if (_state != State.Body || _body.Skippable < bytes)
        {
            return false;
        }

        CountGap(bytes);
        _lastTimeNs = Math.Max(_lastTimeNs, timeNs);
        SkipBody(bytes);
        return true;
    }

    private void LoseGap(ulong bytes)
    {
        CountGap(bytes);
        if (_state == State.Body)
        {
            var inside = Math.Min(bytes, _body.Skippable);
            SkipBody(inside);
            if (inside == bytes && inside > 0)
            {
                return;
            }

            if (_state == State.Body)
            {
                EndMessage();
            }
        }

        StartResync(failing: false);
    }

    private void CountGap(ulong bytes)
    {
        _counters.AddGap(bytes);
        _stream.SkipTo(_stream.Position + bytes);
    }

    private void SkipBody(ulong bytes)
    {
        _body.Skip(bytes);
        Message?.AddMissing(bytes);
        if (_body.IsDone)
        {
            EndMessage();
        }
    }
}
