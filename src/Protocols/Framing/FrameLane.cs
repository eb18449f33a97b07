using System.Buffers;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Protocols.Framing;

/// <summary>
/// One direction of a framed connection. Of a frame longer than the bound its beginning is kept and the rest passes by,
/// gaps inside it included.
/// </summary>
internal sealed class FrameLane(FramedSession session, Direction direction)
    : StreamLane(session.Context, session.Options)
{
    private const long MaxSearchBytes = 64 << 20; // no frame is longer
    private const int SearchUnitBytes = 64; // without a frame count as one that is invalid
    private readonly FramedSession _session = session;
    private readonly Direction _direction = direction;
    private bool _joins = session.Context.Midstream; // what comes first is the end of a frame from before
    private byte[] _prefix = []; // of the frame whose rest passes by
    private int _prefixBytes;
    private ulong _length; // of that frame
    private ulong _rest; // bytes of it still to come
    private long _startNs; // of that frame
    private bool _excused = session.Context.Midstream; // no frame since bytes were missed: the next may lie far
    private long _searchedBytes; // without a frame

    /// <inheritdoc/>
    public override long RetainedBytes => base.RetainedBytes + _prefix.Length;

    /// <inheritdoc/>
    protected override bool IsActive => _session.IsActive;

    /// <inheritdoc/>
    protected override ulong Skippable => _rest;

    /// <inheritdoc/>
    public override void Clear()
    {
        base.Clear();
        ReleasePrefix();
    }

    /// <inheritdoc/>
    protected override int Step(ReadOnlySpan<byte> data, int offset) => State switch
    {
        LaneState.Head => ReadFrame(data, offset),
        LaneState.Inside => ReadRest(data, offset),
        _ => FindFrame(data, offset),
    };

    /// <inheritdoc/>
    /// <remarks>The frame goes on as one whose rest passes by.</remarks>
    protected override void Cut(ReadOnlySpan<byte> data, bool isCall)
    {
        var head = State == LaneState.Head ? _session.ReadHead(_direction, data) : FrameHead.Invalid;
        if (head.Status == ParseStatus.Success)
        {
            KeepPrefix(data, head.Length, TimeAt(0));
        }
        else
        {
            Counters.DroppedBytes += data.Length;
        }
    }

    /// <inheritdoc/>
    protected override void Skip(ulong bytes)
    {
        _rest -= bytes;
        if (_rest == 0)
        {
            EndMessage();
        }
    }

    /// <inheritdoc/>
    protected override void EndMessage()
    {
        State = LaneState.Head;
        var wasBusy = IsBusy;
        IsBusy = true; // the beginning stays where it is while the session looks at it
        Deliver(new Frame(
            _direction, _prefix.AsSpan(0, _prefixBytes), _length, _startNs, Math.Max(_startNs, LastTimeNs)));
        IsBusy = wasBusy;
        ReleasePrefix();
    }

    /// <inheritdoc/>
    protected override void Lose(long nowNs, long behindNs, bool hasGap)
    {
        _excused |= hasGap;
        State = LaneState.Resync;
        Counters.Resynchronisations++;
        TellLoss(nowNs, behindNs);
    }

    /// <inheritdoc/>
    protected override void Fail(long timeNs) => _session.Fail(timeNs);

    private int ReadFrame(ReadOnlySpan<byte> data, int offset)
    {
        var head = _session.ReadHead(_direction, data);
        if (head.Status == ParseStatus.Invalid
            || (head.Status == ParseStatus.NeedMoreData && data.Length >= _session.FrameBytes))
        {
            return Reject(offset);
        }

        if (head.Status == ParseStatus.NeedMoreData
            || ((ulong)data.Length < head.Length && data.Length < _session.FrameBytes))
        {
            return Starved;
        }

        if ((ulong)data.Length < head.Length)
        {
            KeepPrefix(data[.._session.FrameBytes], head.Length, TimeAt(offset));
            return _session.FrameBytes;
        }

        var length = (int)head.Length;
        ReadTime(offset + length);
        var startNs = Math.Min(LastTimeNs, TimeAt(offset));
        Deliver(new Frame(_direction, data[..length], head.Length, startNs, LastTimeNs));
        return length;
    }

    private int ReadRest(ReadOnlySpan<byte> data, int offset)
    {
        var passed = (int)Math.Min((ulong)data.Length, _rest);
        ReadTime(offset + passed);
        Skip((ulong)passed);
        return passed;
    }

    private int FindFrame(ReadOnlySpan<byte> data, int offset)
    {
        var start = _session.FindBoundary(_direction, data);
        if (start != 0)
        {
            var dropped = start < 0 ? data.Length : start;
            Counters.DroppedBytes += dropped;
            if (!_joins)
            {
                // There may have been frames among them.
                var lostNs = Math.Max(LastTimeNs, TimeAt(offset + dropped - 1));
                TellLoss(lostNs, lostNs);
            }

            CountSearch(dropped);
        }

        _joins = false;

        if (start < 0)
        {
            return data.Length;
        }

        State = LaneState.Head;
        if (start == 0 && ReadFrame(data, offset) is var used)
        {
            return used;
        }

        return start;
    }

    // Bytes without a frame in them. Behind a gap they may belong to a long frame; else they are of another protocol.
    private void CountSearch(int bytes)
    {
        var searched = _searchedBytes / SearchUnitBytes;
        _searchedBytes += bytes;
        if (_searchedBytes > MaxSearchBytes)
        {
            _session.Fail(LastTimeNs);
        }
        else if (!_excused && _searchedBytes / SearchUnitBytes > searched)
        {
            CountInvalid();
        }
    }

    // A beginning that cannot be a frame.
    private int Reject(int offset)
    {
        ReadTime(offset + 1);
        CountInvalid();
        if (_session.IsActive)
        {
            Counters.DroppedBytes++;
            Lose(LastTimeNs, LastTimeNs, hasGap: false);
        }

        return 1;
    }

    private void Deliver(in Frame frame)
    {
        Counters.Frames++;
        if (_session.OnFrame(frame))
        {
            CountValid();
            (_excused, _searchedBytes) = (false, 0);
        }
        else
        {
            CountInvalid();
        }
    }

    private void KeepPrefix(ReadOnlySpan<byte> prefix, ulong length, long startNs)
    {
        ReleasePrefix();
        _prefix = ArrayPool<byte>.Shared.Rent(Math.Max(1, prefix.Length));
        prefix.CopyTo(_prefix);
        (_prefixBytes, _length, _rest) = (prefix.Length, length, length - (ulong)prefix.Length);
        (_startNs, State) = (startNs, LaneState.Inside);
    }

    private void TellLoss(long nowNs, long behindNs)
    {
        _session.BehindLossNs = behindNs;
        _session.OnLoss(_direction, nowNs);
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
