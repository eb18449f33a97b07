using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Http;

/// <summary>The part that reads contiguous bytes.</summary>
internal sealed partial class HttpLane
{
    private const int MinAttempts = 5; // a judgement needs more
    private const int MaxInvalidPercent = 40;
    private const int Starved = -1; // more bytes are needed

    private HttpMessage? Message => Kind == HttpMessageKind.Request ? _exchange?.Request : _exchange?.Response;

    // Reads as far as the bytes go; returns how many are done with.
    private int Read(ReadOnlySpan<byte> data)
    {
        var (offset, start) = (0, _stream.Position);
        _busy = true;
        while (_session.IsActive && offset < data.Length)
        {
            var rest = data[offset..];
            var used = _state switch
            {
                State.Head => ReadHead(rest, offset),
                State.Body => ReadBody(rest, offset),
                _ => FindHead(rest, offset),
            };
            if (used == Starved)
            {
                break;
            }

            offset += used;
        }

        _busy = false;
        if (_session.IsActive)
        {
            return offset;
        }

        EndPosition ??= start + (ulong)offset;
        return data.Length;
    }

    private int ReadHead(ReadOnlySpan<byte> data, int offset)
    {
        if (_searched > 0 && data.Length <= _options.MaxHeaderBlockBytes
            && !HttpFrameParser.HasBlockEnd(data, _searched))
        {
            _searched = data.Length;
            return Starved;
        }

        var head = HttpScratch.Current.Head(_direction);
        var status = HttpFrameParser.Parse(data, Kind, _options, head, out var consumed);
        _searched = status == ParseStatus.NeedMoreData ? data.Length : 0;
        if (status == ParseStatus.NeedMoreData)
        {
            return Starved;
        }

        if (status == ParseStatus.Invalid)
        {
            return Reject();
        }

        _valid++;
        _counters.Frames++;
        ReadTime(offset + consumed);
        if (Kind == HttpMessageKind.Unknown)
        {
            _session.SetKind(this, head.Kind);
        }

        BeginMessage(data, head, startsChunk: offset == 0);
        return consumed;
    }

    private void BeginMessage(ReadOnlySpan<byte> data, HttpHead head, bool startsChunk)
    {
        var body = HttpFraming.BodyOf(head, toHead: false);
        if (Kind == HttpMessageKind.Request)
        {
            _exchange = _session.OnRequest(data, head, _lastTimeNs, startsChunk);
        }
        else if (head.Status is >= 100 and < 200 and not 101)
        {
            return; // informational: the answer is still to come
        }
        else
        {
            _exchange = _session.OnResponse(data, head, _lastTimeNs);
            body = _exchange is null ? body : HttpSession.BodyOf(head, _exchange);
            _guess = _exchange is null && !head.ConnectionClose;
        }

        _body = HttpBody.Start(body, head.ContentLength);
        _state = State.Body;
        if (_body.IsDone)
        {
            EndMessage();
        }
    }

    private int ReadBody(ReadOnlySpan<byte> data, int offset)
    {
        if (_guess)
        {
            var prefix = "HTTP/1."u8;
            var known = Math.Min(prefix.Length, data.Length);
            if (data[..known].SequenceEqual(prefix[..known]))
            {
                return known < prefix.Length ? Starved : EndWithoutBody();
            }

            _guess = _body.Kind == HttpBodyKind.UntilClose;
        }

        var status = _body.Read(data, out var consumed, out var payload);
        if (consumed > 0)
        {
            ReadTime(offset + consumed);
        }

        if (!payload.IsEmpty)
        {
            Message?.AddBody(payload);
        }

        if (status == ParseStatus.Success)
        {
            EndMessage();
        }
        else if (status == ParseStatus.Invalid)
        {
            EndMessage();
            return consumed + (_session.IsActive ? Reject() : 0);
        }

        return consumed;
    }

    // A response to an unseen HEAD, or one that announces no length and is followed by another.
    private int EndWithoutBody()
    {
        _guess = false;
        EndMessage();
        return 0;
    }

    private void EndMessage()
    {
        _state = State.Head;
        _guess = false;
        var exchange = _exchange;
        _exchange = null;
        if (exchange is null)
        {
            return;
        }

        if (Kind == HttpMessageKind.Request)
        {
            _session.OnRequestEnd(exchange, _lastTimeNs);
        }
        else
        {
            _session.OnResponseEnd(exchange, _lastTimeNs);
        }
    }

    private int FindHead(ReadOnlySpan<byte> data, int offset)
    {
        var found = HttpBoundary.Find(data, Kind, 0, _options, HttpScratch.Current.Head(_direction));
        if (found >= 0)
        {
            _state = State.Head;
            _searched = 0;
            _counters.DroppedBytes += found;
            return found;
        }

        var dropped = data.Length - HttpBoundary.TailToKeep(data);
        _counters.DroppedBytes += dropped;
        if (_failing && dropped > 0 && offset == 0)
        {
            CountInvalid();
        }

        return dropped == 0 ? Starved : dropped;
    }

    // The bytes cannot be a message: moves past the first and looks for the next boundary.
    private int Reject()
    {
        _counters.DroppedBytes++;
        StartResync(failing: true);
        CountInvalid();
        return 1;
    }

    private void StartResync(bool failing)
    {
        _counters.Resynchronisations++;
        (_state, _failing, _searched, _guess) = (State.Resync, failing, 0, false);
        _session.OnLoss(Kind);
    }

    private void CountInvalid()
    {
        _counters.InvalidFrames++;
        _invalid++;
        var attempts = (long)_valid + _invalid;
        if (attempts > MinAttempts && 100L * _invalid > MaxInvalidPercent * attempts)
        {
            _session.Fail(Math.Max(_lastTimeNs, _chunkTimeNs));
        }
    }

    // Notes the time of the last of the first bytes read in this call.
    private void ReadTime(int bytes)
    {
        var timeNs = _direct ? _chunkTimeNs : _stream.TimeAt(_stream.Position + (ulong)bytes - 1);
        _lastTimeNs = Math.Max(_lastTimeNs, timeNs);
    }
}
