using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Memcached;

/// <summary>The part that reads answers of the text protocol.</summary>
internal sealed partial class MemcachedSession
{
    private bool OnAnswerLine(in Frame frame)
    {
        _order.See(frame.TimeNs);
        var line = MemcachedLine.Split(frame.Bytes, out var start).TrimEnd((byte)'\r');
        var rest = line;
        var word = MemcachedLine.Next(ref rest);
        if (word.SequenceEqual("VALUE"u8))
        {
            AddItem(rest, frame, start);
        }
        else if (word.SequenceEqual("STAT"u8))
        {
            var name = MemcachedLine.Next(ref rest);
            _answer.AddPair(name, rest.TrimStart((byte)' '));
        }
        else if (IsLine(word))
        {
            if (!_watches)
            {
                _answer.AddLine(line);
            }
        }
        else
        {
            OnAnswer(word, rest, frame, start);
            _answer.Clear();
        }

        return true;
    }

    private bool IsLine(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("ITEM"u8) || word.SequenceEqual("PREFIX"u8)
        || (TakesAnyLine && MemcachedAnswerWord.Find(word, MemcachedKind.Lines) is null);

    private void AddItem(ReadOnlySpan<byte> rest, in Frame frame, int start)
    {
        var key = MemcachedLine.Next(ref rest);
        MemcachedLine.Next(ref rest); // flags
        var (value, bytes) = ValueOf(frame, start);
        _answer.AddItem(key, value, bytes, named: _pending.Oldest is { KeyCount: > 1 });
    }

    // The value behind a line, without its line end: what was kept, and its bytes on the wire.
    private static ValueOfFrame ValueOf(in Frame frame, int start)
    {
        var bytes = Math.Max(0, (long)frame.Length - start - 2);
        return new(frame.Bytes.Slice(start, (int)Math.Min(frame.Bytes.Length - start, bytes)), bytes);
    }

    private void OnAnswer(ReadOnlySpan<byte> word, ReadOnlySpan<byte> rest, in Frame frame, int start)
    {
        if (TakeAnswered(word, rest, frame.TimeNs) is not { } request)
        {
            Context.Counters.ResponsesWithoutRequest++;
            return;
        }

        var meaning = MemcachedAnswerWord.Find(word, request.Kind)!;
        ReadOnlySpan<byte> status = meaning.StatusUtf8;
        if (request.Kind == MemcachedKind.Get && !meaning.IsError)
        {
            status = _answer.Items == 0 ? "MISS"u8 : _answer.Items < request.KeyCount ? "PARTIAL"u8 : "HIT"u8;
        }
        else if (word.SequenceEqual("VA"u8))
        {
            var (value, bytes) = ValueOf(frame, start);
            _answer.AddItem(default, value, bytes, named: false);
        }
        else if (!_answer.IsOpen)
        {
            _answer.AddText(request.Kind == MemcachedKind.Arithmetic && !meaning.IsError && word[0] <= '9'
                ? word
                : rest.Trim((byte)' '));
        }

        _watches |= request.Kind == MemcachedKind.Lines && request.Name.AsSpan().SequenceEqual("watch"u8)
            && !meaning.IsError;
        Finish(request, status, _answer, frame.TimeNs);
    }

    // Bytes inside of an answer in text were lost. The only command that waits is answered by what is known of it, and
    // no answer is in doubt: the rest ends where the next command comes. False when it is not so.
    private bool CutAnswer(long timeNs)
    {
        if (_answer.IsOpen && !_isBinary && !_watches && _pending.Count == 1 && _order.Owed == 0 && IsInOrder(timeNs))
        {
            var request = _pending.TakeOldest()!;
            var isWhole = request.Kind == MemcachedKind.Get && _answer.Items >= request.KeyCount;
            if (!isWhole)
            {
                _answer.MarkCut();
            }

            Finish(request, isWhole ? "HIT"u8 : default, _answer, timeNs);
            _passesAnswer = true;
        }

        _answer.Clear();
        return _passesAnswer;
    }

    // The request that an answer belongs to, or null: then nobody knows.
    private MemcachedRequest? TakeAnswered(ReadOnlySpan<byte> word, ReadOnlySpan<byte> flags, long timeNs)
    {
        if (_order.Owed > 0)
        {
            _order.Owed--;
            return null;
        }

        if (_pending.Count == 0 || !IsInOrder(timeNs))
        {
            return null;
        }

        if (FindAnswered(word, flags, out var staysInOrder) is not { } request)
        {
            if (staysInOrder)
            {
                DoubtQuiet(all: false);
                return null;
            }

            Flush(timeNs); // what comes does not fit what was asked
            _order.Lose(timeNs, ofAnswers: true);
            return null;
        }

        FinishUpTo(request, timeNs);
        _pending.Remove(request);
        return request;
    }

    // False when it is not known what the next answer belongs to; what waits is given up then.
    private bool IsInOrder(long timeNs)
    {
        switch (_order.Judge(_pending))
        {
            case AnswerOrder.Match.None:
                Flush(timeNs);
                return false;
            case AnswerOrder.Match.Newest:
                while (_pending.Count > 1)
                {
                    FinishWithoutAnswer(_pending.TakeOldest()!, timeNs);
                }

                return true;
            default:
                return true;
        }
    }

    // The oldest that is not quiet, or a quiet one before it; null when none fits, or more than one may be meant. As
    // long as those are quiet ones, what comes next still has its place.
    private MemcachedRequest? FindAnswered(
        ReadOnlySpan<byte> word, ReadOnlySpan<byte> flags, out bool staysInOrder)
    {
        MemcachedRequest? found = null;
        staysInOrder = false;
        for (var request = _pending.Oldest; request is not null; request = (MemcachedRequest?)request.Newer)
        {
            if (Fits(request, word, flags))
            {
                if (!request.Tag.IsEmpty)
                {
                    return request; // by name
                }

                staysInOrder = found is not null && request.IsQuiet;
                if (found is not null && !request.IsQuiet)
                {
                    return null;
                }

                found ??= request;
            }

            if (!request.IsQuiet)
            {
                break;
            }
        }

        return staysInOrder ? null : found;
    }

    // One of the quiet ones had an answer, and nobody knows which: of those that wait first, or of all when it was
    // lost.
    private void DoubtQuiet(bool all)
    {
        for (var request = _pending.Oldest;
            request is not null && (all || request.IsQuiet);
            request = (MemcachedRequest?)request.Newer)
        {
            request.IsDoubted = true;
        }
    }

    private static bool Fits(MemcachedRequest request, ReadOnlySpan<byte> word, ReadOnlySpan<byte> flags)
    {
        if (request.Opcode != 0 || MemcachedAnswerWord.Find(word, request.Kind) is not { } meaning
            || (request.IsQuiet && IsUnsaid(word, request.Kind)))
        {
            return false;
        }

        if (meaning.IsError || (request.Kind & MemcachedKind.Meta) == 0 || word.SequenceEqual("EN"u8)
            || word.SequenceEqual("ME"u8))
        {
            return true;
        }

        var found = request.Tag.IsEmpty;
        for (var flag = MemcachedLine.Next(ref flags); !flag.IsEmpty; flag = MemcachedLine.Next(ref flags))
        {
            found |= flag.SequenceEqual(request.Tag);
            if (request.Tag.IsEmpty && flag[0] is (byte)'O' or (byte)'k')
            {
                return false; // of another request
            }
        }

        return found;
    }

    // What a server does not say to a quiet command.
    private static bool IsUnsaid(ReadOnlySpan<byte> word, MemcachedKind kind) => kind switch
    {
        MemcachedKind.MetaGet => word.SequenceEqual("EN"u8),
        MemcachedKind.MetaSet => word.SequenceEqual("HD"u8),
        MemcachedKind.MetaDelete or MemcachedKind.MetaArithmetic => word.SequenceEqual("HD"u8), // of NF only newer ones
        _ => false,
    };

    private readonly ref struct ValueOfFrame(ReadOnlySpan<byte> kept, long bytes)
    {
        private readonly ReadOnlySpan<byte> _kept = kept;
        private readonly long _bytes = bytes;

        public void Deconstruct(out ReadOnlySpan<byte> kept, out long bytes)
        {
            kept = _kept;
            bytes = _bytes;
        }
    }
}
