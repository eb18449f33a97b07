using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Streams;

/// <summary>Bounds of what a lane holds on to.</summary>
internal interface ILaneBounds
{
    /// <summary>Bytes held per direction while they cannot be read yet.</summary>
    int StreamBytes { get; }

    /// <summary>Time that bytes behind a gap wait for the missing ones.</summary>
    TimeSpan GapPatience { get; }

    /// <summary>Time that an unfinished message waits for its end.</summary>
    TimeSpan RequestExpiry { get; }
}

/// <summary>
/// One direction of a connection that carries messages. Bytes are read where they arrive; they wait in the stream only
/// while a message is unfinished or something before them is missing. A part of known length passes by, gaps inside it
/// included; any other gap costs the message that it hits, and the next is looked for.
/// </summary>
internal abstract class StreamLane(SessionContext context, ILaneBounds bounds)
{
    /// <summary>What a step returns when it needs more bytes.</summary>
    protected const int Starved = -1;

    private const int MinAttempts = 5; // a judgement needs more
    private const int MaxInvalidPercent = 40;
    private readonly ILaneBounds _bounds = bounds;
    private readonly ByteStream _stream = new(bounds.StreamBytes);
    private bool _direct; // Read goes over a borrowed chunk of _chunkTimeNs, not over the stream
    private long _chunkTimeNs;
    private long _waitingSinceNs; // since when bytes wait; 0 when none do
    private int _valid;
    private int _invalid;

    /// <summary>What the next byte belongs to.</summary>
    protected enum LaneState : byte
    {
        /// <summary>The beginning of a message.</summary>
        Head,

        /// <summary>A message whose beginning was read.</summary>
        Inside,

        /// <summary>Nobody knows: looks for the beginning of a message.</summary>
        Resync,
    }

    /// <summary>Bytes of memory held.</summary>
    public virtual long RetainedBytes => _stream.RetainedBytes;

    /// <summary>Where the reading ended, once it did.</summary>
    public ulong? EndPosition { get; private set; }

    /// <summary>Counters of the shard and protocol.</summary>
    protected SessionCounters Counters { get; } = context.Counters;

    /// <summary>What the next byte belongs to.</summary>
    protected LaneState State { get; set; } = context.Midstream ? LaneState.Resync : LaneState.Head;

    /// <summary>Time of the newest byte read; grows.</summary>
    protected long LastTimeNs { get; private set; }

    /// <summary>True while a message is handed on: the stream must not move.</summary>
    protected bool IsBusy { get; set; }

    /// <summary>True while the session parses.</summary>
    protected abstract bool IsActive { get; }

    /// <summary>Bytes from here on that may be missing and cost nothing but themselves.</summary>
    protected abstract ulong Skippable { get; }

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
            PassGap(position - _stream.Position);
        }

        if (_stream.IsEmpty && position == _stream.Position)
        {
            ReadChunk(timeNs, chunk);
            return;
        }

        if (_stream.BufferedBytes + (long)chunk.Length > _bounds.StreamBytes)
        {
            GiveUpGaps(timeNs);
            if (!IsActive)
            {
                return; // the end lay behind a gap
            }
        }

        Counters.DroppedBytes += _stream.Append(position, timeNs, chunk);
        ReadStream(timeNs);
    }

    /// <summary>Stops waiting for what is missing, when bytes wait behind a gap.</summary>
    public void GiveUpGaps(long nowNs)
    {
        while (!IsBusy && IsActive && !_stream.IsEmpty)
        {
            if (_stream.Head.Length == _stream.BufferedBytes)
            {
                return; // nothing is missing: a message that is not finished
            }

            CutBeginning(isCall: false);
            LoseGap(_stream.GapBytes, nowNs);
            ReadStream(nowNs);
        }
    }

    /// <summary>Called about once a second.</summary>
    public void OnTick(long nowNs)
    {
        if (_waitingSinceNs != 0 && nowNs - _waitingSinceNs >= Ns(_bounds.GapPatience))
        {
            GiveUpGaps(nowNs);
        }

        if (_waitingSinceNs != 0 && nowNs - _waitingSinceNs >= Ns(_bounds.RequestExpiry) && !_stream.IsEmpty)
        {
            Counters.DroppedBytes += _stream.BufferedBytes; // a message that never ends
            _stream.SkipTo(_stream.End);
            Lose(nowNs, nowNs, hasGap: false);
            _waitingSinceNs = 0;
        }
    }

    /// <summary>The connection ended after <paramref name="totalBytes"/> this way.</summary>
    public void OnClose(long nowNs, ulong totalBytes)
    {
        GiveUpGaps(nowNs);
        if (IsActive && _stream.IsEmpty && totalBytes > _stream.Position)
        {
            LoseGap(totalBytes - _stream.Position, nowNs);
        }

        if (IsActive && State == LaneState.Inside)
        {
            EndMessage(); // what ends with the connection, or was broken off
        }

        Counters.DroppedBytes += _stream.BufferedBytes;
        Clear();
    }

    /// <summary>Gives everything back.</summary>
    public virtual void Clear()
    {
        EndPosition ??= IsBusy ? null : _stream.Position;
        _waitingSinceNs = 0;
        _stream.Clear();
    }

    /// <summary>Reads on from the state; <paramref name="data"/> is what is there, borrowed.</summary>
    /// <param name="data">Contiguous bytes, at least one.</param>
    /// <param name="offset">Bytes of the same chunk or stream before them.</param>
    /// <returns>Bytes done with, or <see cref="Starved"/>.</returns>
    protected abstract int Step(ReadOnlySpan<byte> data, int offset);

    /// <summary>What follows these bytes is missing: makes the best of them.</summary>
    /// <param name="data">The beginning of something that is not finished.</param>
    /// <param name="isCall">The rest of the same call was left out, so nothing passed since then; else the time between
    /// is unknown, and answers may have passed.</param>
    protected abstract void Cut(ReadOnlySpan<byte> data, bool isCall);

    /// <summary>Passes missing bytes, no more than <see cref="Skippable"/>.</summary>
    protected abstract void Skip(ulong bytes);

    /// <summary>Ends the message whose beginning was read.</summary>
    protected abstract void EndMessage();

    /// <summary>Messages were lost: goes on with the next that is found.</summary>
    /// <param name="nowNs">When it was noticed.</param>
    /// <param name="behindNs">When the bytes behind the loss came.</param>
    /// <param name="hasGap">Bytes are missing.</param>
    protected abstract void Lose(long nowNs, long behindNs, bool hasGap);

    /// <summary>The bytes are of another protocol.</summary>
    protected abstract void Fail(long timeNs);

    /// <summary>Counts a message that makes sense.</summary>
    protected void CountValid() => _valid++;

    /// <summary>Counts bytes that make none: too many of them, and the protocol is another one.</summary>
    protected void CountInvalid()
    {
        _invalid++;
        Counters.InvalidFrames++;
        var attempts = (long)_valid + _invalid;
        if (attempts > MinAttempts && 100L * _invalid > MaxInvalidPercent * attempts)
        {
            Fail(Math.Max(LastTimeNs, _chunkTimeNs));
        }
    }

    /// <summary>Notes the time of the last of so many bytes of the chunk or stream.</summary>
    protected void ReadTime(int end) => LastTimeNs = Math.Max(LastTimeNs, TimeAt(end - 1));

    /// <summary>When a byte of the chunk or stream came.</summary>
    protected long TimeAt(int offset) => _direct ? _chunkTimeNs : _stream.TimeAt(_stream.Position + (ulong)offset);

    private static long Ns(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;

    // The rest of a call was left out and will not come later; what is missing before the call may.
    private void OnCut(ulong end, long timeNs)
    {
        if (IsBusy || _stream.Head.Length != _stream.BufferedBytes || end <= _stream.End)
        {
            return;
        }

        // All pieces of a call have its time.
        CutBeginning(isCall: !_stream.IsEmpty && TimeAt(_stream.BufferedBytes - 1) == timeNs);
        if (!IsActive)
        {
            return;
        }

        LastTimeNs = Math.Max(LastTimeNs, timeNs);
        LoseGap(end - _stream.Position, timeNs);
        _waitingSinceNs = 0;
    }

    private void CutBeginning(bool isCall)
    {
        var bytes = _stream.Head.Length;
        if (bytes == 0)
        {
            return;
        }

        IsBusy = true;
        Cut(_stream.Head, isCall);
        IsBusy = false;
        _stream.Advance(bytes);
        EndPosition ??= IsActive ? null : _stream.Position;
    }

    private void ReadChunk(long timeNs, ReadOnlySpan<byte> chunk)
    {
        (_direct, _chunkTimeNs) = (true, timeNs);
        var used = Read(chunk);
        _direct = false;
        _stream.Advance(used);
        if (used < chunk.Length)
        {
            Counters.DroppedBytes += _stream.Append(_stream.Position, timeNs, chunk[used..]);
            _waitingSinceNs = timeNs;
        }
    }

    private void ReadStream(long nowNs)
    {
        while (IsActive && !_stream.IsEmpty && PassGap(_stream.GapBytes))
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
        if (_waitingSinceNs != 0 && nowNs - _waitingSinceNs >= Ns(_bounds.GapPatience))
        {
            _waitingSinceNs = nowNs;
            GiveUpGaps(nowNs);
        }
    }

    // Reads as far as the bytes go; returns how many are done with.
    private int Read(ReadOnlySpan<byte> data)
    {
        var (offset, start) = (0, _stream.Position);
        IsBusy = true;
        while (IsActive && offset < data.Length)
        {
            var used = Step(data[offset..], offset);
            if (used == Starved)
            {
                break;
            }

            offset += used;
        }

        IsBusy = false;
        if (IsActive)
        {
            return offset;
        }

        EndPosition ??= start + (ulong)offset;
        return data.Length;
    }

    // True when there is no gap, or it lies where bytes may be missing.
    private bool PassGap(ulong bytes)
    {
        if (bytes > 0 && (State != LaneState.Inside || Skippable < bytes))
        {
            return false;
        }

        if (bytes > 0)
        {
            CountGap(bytes);
            Skip(bytes);
        }

        return true;
    }

    private void LoseGap(ulong bytes, long nowNs)
    {
        if (!IsActive || PassGap(bytes))
        {
            return;
        }

        CountGap(bytes);
        if (State == LaneState.Inside)
        {
            Skip(Math.Min(bytes, Skippable));
        }

        if (State == LaneState.Inside)
        {
            EndMessage();
        }

        Lose(nowNs, _stream.Head.IsEmpty ? nowNs : Math.Min(nowNs, _stream.TimeAt(_stream.Position)), hasGap: true);
    }

    private void CountGap(ulong bytes)
    {
        Counters.AddGap(bytes);
        _stream.SkipTo(_stream.Position + bytes);
    }
}
