using System.Buffers;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Framing;

/// <summary>The part that reads contiguous bytes.</summary>
internal sealed partial class FrameLane
{
    private const int MinAttempts = 5; // a judgement needs more
    private const int MaxInvalidPercent = 40;
    private const long MaxSearchBytes = 64 << 20; // no frame is longer
    private const int SearchUnitBytes = 64; // without a frame count as one that is invalid
    private const int Starved = -1; // more bytes are needed

    // Reads as far as the bytes go; returns how many are done with.
    private int Read(ReadOnlySpan<byte> data)
    {
        var offset = 0;
        _busy = true;
        while (_session.IsActive && offset < data.Length)
        {
            var rest = data[offset..];
            var used = _state switch
            {
                State.Head => ReadFrame(rest, offset),
                State.Rest => ReadRest(rest, offset),
                _ => FindFrame(rest, offset),
            };
            if (used == Starved)
            {
                break;
            }

            offset += used;
        }

        _busy = false;
        return _session.IsActive ? offset : data.Length;
    }

    private int ReadFrame(ReadOnlySpan<byte> data, int offset)
    {
        var head = _session.ReadHead(_direction, data);
        if (head.Status == ParseStatus.Invalid
            || (head.Status == ParseStatus.NeedMoreData && data.Length >= _session.FrameBytes))
        {
            return Reject();
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
        var startNs = Math.Min(_lastTimeNs, TimeAt(offset));
        Deliver(new Frame(_direction, data[..length], head.Length, startNs, _lastTimeNs));
        return length;
    }

    private int ReadRest(ReadOnlySpan<byte> data, int offset)
    {
        var passed = (int)Math.Min((ulong)data.Length, _rest);
        ReadTime(offset + passed);
        PassRest((ulong)passed);
        return passed;
    }

    private int FindFrame(ReadOnlySpan<byte> data, int offset)
    {
        var start = _session.FindBoundary(_direction, data);
        if (start != 0)
        {
            var dropped = start < 0 ? data.Length : start;
            _counters.DroppedBytes += dropped;
            if (!_joins)
            {
                // There may have been frames among them.
                var lostNs = Math.Max(_lastTimeNs, TimeAt(offset + dropped - 1));
                TellLoss(lostNs, lostNs);
            }

            CountSearch(dropped);
        }

        _joins = false;

        if (start < 0)
        {
            return data.Length;
        }

        _state = State.Head;
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
            _session.Fail(_lastTimeNs);
        }
        else if (!_excused && _searchedBytes / SearchUnitBytes > searched)
        {
            CountInvalid();
        }
    }

    // A beginning that cannot be a frame: too many of them, and the protocol is another one.
    private int Reject()
    {
        CountInvalid();
        if (_session.IsActive)
        {
            _counters.DroppedBytes++;
            Lose(_lastTimeNs, _lastTimeNs);
        }

        return 1;
    }

    private void CountInvalid()
    {
        _invalid++;
        _counters.InvalidFrames++;
        var attempts = _valid + _invalid;
        if (attempts > MinAttempts && _invalid * 100L > attempts * (long)MaxInvalidPercent)
        {
            _session.Fail(_lastTimeNs);
        }
    }

    private void Deliver(in Frame frame)
    {
        _counters.Frames++;
        if (_session.OnFrame(frame))
        {
            _valid++;
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
        (_startNs, _state) = (startNs, State.Rest);
    }

    // Bytes of a frame wait and what follows them is missing: it goes on as a frame whose rest passes by.
    private void CutFrame()
    {
        var bytes = _stream.Head;
        var head = _state == State.Head ? _session.ReadHead(_direction, bytes) : FrameHead.Invalid;
        if (head.Status == ParseStatus.Success)
        {
            KeepPrefix(bytes, head.Length, _stream.TimeAt(_stream.Position));
        }
        else
        {
            _counters.DroppedBytes += bytes.Length;
        }

        _stream.Advance(bytes.Length);
    }

    private void PassRest(ulong bytes)
    {
        _rest -= bytes;
        if (_rest == 0)
        {
            EndLong();
        }
    }

    private void EndLong()
    {
        _state = State.Head;
        var wasBusy = _busy;
        _busy = true; // the beginning stays where it is while the session looks at it
        Deliver(new Frame(
            _direction, _prefix.AsSpan(0, _prefixBytes), _length, _startNs, Math.Max(_startNs, _lastTimeNs)));
        _busy = wasBusy;
        ReleasePrefix();
    }

    private void ReadTime(int end) => _lastTimeNs = Math.Max(_lastTimeNs, TimeAt(end - 1));

    private long TimeAt(int offset) =>
        _direct ? _chunkTimeNs : _stream.TimeAt(_stream.Position + (ulong)offset);
}
