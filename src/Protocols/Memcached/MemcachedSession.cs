using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Memcached;

/// <summary>
/// A connection of memcached. A server answers in the order of the commands and leaves out what quiet ones would say if
/// all is as usual. The first byte tells binary messages from lines.
/// </summary>
internal sealed partial class MemcachedSession : FramedSession
{
    private readonly PendingRequests<MemcachedRequest> _pending = new(keyed: false);
    private readonly MemcachedRequestText _text;
    private readonly MemcachedAnswer _answer;
    private readonly AnswerOrder _order;
    private ConnectionAddresses _addresses;
    private bool _isBinary;
    private bool _watches; // the server's log follows
    private bool _passesAnswer; // the rest of an answer that was cut passes by, up to the next command

    public MemcachedSession(SessionContext context, FramingOptions options)
        : base(context, options)
    {
        _text = new MemcachedRequestText(options, context.Counters);
        _answer = new MemcachedAnswer(options);
        _order = new AnswerOrder(context.Midstream);
    }

    /// <inheritdoc/>
    protected override long PendingBytes => _pending.Bytes + _text.RetainedBytes + _answer.RetainedBytes;

    // Lines of a form of their own may come.
    private bool TakesAnyLine => _watches || _pending.Oldest is { Kind: MemcachedKind.Lines, Opcode: 0 };

    /// <inheritdoc/>
    internal override FrameHead ReadHead(Direction direction, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return FrameHead.NeedMoreData;
        }

        var isRequest = IsRequest(direction, data[0]);
        if (_passesAnswer && !isRequest)
        {
            return FrameHead.Of((ulong)data.Length);
        }

        if (MemcachedPacket.IsMagic(data[0]) && !_watches)
        {
            return isRequest == (data[0] == MemcachedPacket.RequestMagic)
                ? MemcachedPacket.ReadHead(data)
                : FrameHead.Invalid;
        }

        return isRequest ? MemcachedLine.ReadRequest(data) : MemcachedLine.ReadAnswer(data, TakesAnyLine);
    }

    /// <inheritdoc/>
    internal override bool OnFrame(in Frame frame)
    {
        var isRequest = IsRequest(frame.Direction, frame.Bytes[0]);
        SeeRequest(isRequest ? frame.Direction : Opposite(frame.Direction));
        if (_passesAnswer && !isRequest)
        {
            _order.See(frame.TimeNs);
            return true;
        }

        if (!isRequest)
        {
            GiveUpGaps(Opposite(frame.Direction), frame.TimeNs); // what it answers has passed
        }

        _isBinary = MemcachedPacket.IsMagic(frame.Bytes[0]) && !_watches; // after requests that were set free
        if (!isRequest)
        {
            return _isBinary ? OnAnswerPacket(frame) : OnAnswerLine(frame);
        }

        var request = _isBinary ? _text.ReadPacket(frame) : _text.ReadLine(frame);
        return OnRequest(request, frame);
    }

    /// <inheritdoc/>
    internal override int FindBoundary(Direction direction, ReadOnlySpan<byte> data)
    {
        var isRequest = IsRequest(direction, data[0]);
        if (_passesAnswer && !isRequest)
        {
            return 0;
        }

        for (var at = 0; at < data.Length;)
        {
            if (IsBeginning(isRequest, data[at..]) && ReadHead(direction, data[at..]).Status == ParseStatus.Success)
            {
                return at;
            }

            var magic = isRequest ? MemcachedPacket.RequestMagic : MemcachedPacket.AnswerMagic;
            var next = data[(at + 1)..].IndexOf(_isBinary ? magic : (byte)'\n');
            at = next < 0 ? data.Length : at + 1 + next + (_isBinary ? 0 : 1);
        }

        return -1;
    }

    /// <inheritdoc/>
    internal override void OnLoss(Direction direction, long timeNs)
    {
        var isAnswer = direction != RequestDirection;
        if (isAnswer)
        {
            DoubtQuiet(all: true);
        }

        if (!isAnswer || !CutAnswer(timeNs))
        {
            _order.Lose(timeNs, isAnswer);
        }
    }

    /// <inheritdoc/>
    protected override void Expire(long beforeNs, long nowNs)
    {
        while (_pending.TakeOverdue(Options, beforeNs) is { } request)
        {
            _order.Owed += request.IsQuiet || request.Opcode != 0 ? 0 : 1;
            FinishWithoutAnswer(request, nowNs);
        }
    }

    /// <inheritdoc/>
    protected override void Flush(long timeNs)
    {
        while (_pending.TakeOldest() is { } request)
        {
            FinishWithoutAnswer(request, timeNs);
        }
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        while (_pending.TakeOldest() is { } request)
        {
            RequestPool<MemcachedRequest>.Return(request);
        }

        _text.Release();
        _answer.Release();
    }

    private bool IsRequest(Direction direction, byte first) =>
        RequestDirection is { } requests ? requests == direction
        : first is MemcachedPacket.RequestMagic or >= (byte)'a' and <= (byte)'z';

    // Something known begins here, not just any word or number.
    private static bool IsBeginning(bool isRequest, ReadOnlySpan<byte> data)
    {
        if (MemcachedPacket.IsMagic(data[0]))
        {
            return true;
        }

        var word = MemcachedLine.Next(ref data);
        return isRequest
            ? MemcachedCommand.Find(word) is not null
            : MemcachedAnswerWord.MayBegin(word, isWhole: true) && word[0] > '9';
    }

    private bool OnRequest(MemcachedRequest request, in Frame frame)
    {
        if (_order.IsSettled(frame.StartNs))
        {
            Flush(frame.TimeNs);
        }

        _order.See(frame.TimeNs);
        _passesAnswer = false;
        var isKnown = _isBinary || MemcachedCommand.Find(request.Name) is not null;
        var isAnswered = _isBinary
            ? request.Kind != MemcachedKind.Quit || !request.IsQuiet
            : request.Kind != MemcachedKind.Quit && (!request.IsQuiet || (request.Kind & MemcachedKind.Meta) != 0);
        if (!isAnswered)
        {
            Finish(request, default, null, frame.TimeNs);
            return isKnown;
        }

        SeeOpaque(request);
        _pending.Add(request);
        Expire(long.MinValue, frame.TimeNs);
        return isKnown;
    }

    // The answers before a later one: a quiet command had nothing to say, others had one that was missed.
    private void FinishUpTo(MemcachedRequest answered, long timeNs)
    {
        while (_pending.Oldest is { } request && request != answered)
        {
            _pending.Remove(request);
            if (request.IsQuiet)
            {
                Finish(request, Unsaid(request), null, timeNs);
            }
            else
            {
                FinishWithoutAnswer(request, timeNs);
            }
        }
    }

    // What it means that a quiet command had no answer; empty where that means several things.
    private static ReadOnlySpan<byte> Unsaid(MemcachedRequest request) => request.Kind switch
    {
        _ when request.IsDoubted => default,
        MemcachedKind.Get or MemcachedKind.MetaGet => "MISS"u8,
        MemcachedKind.MetaDelete or MemcachedKind.MetaArithmetic => default,
        _ => MemcachedOpcode.Success(request.Kind),
    };

    private void FinishWithoutAnswer(MemcachedRequest request, long timeNs)
    {
        Context.Counters.RequestsWithoutResponse += request.IsQuiet ? 0 : 1;
        Finish(request, default, null, timeNs);
    }

    private void Finish(MemcachedRequest request, ReadOnlySpan<byte> status, MemcachedAnswer? answer, long timeNs)
    {
        MemcachedEventsTable.Write(Context, ref _addresses, request, status, answer, timeNs);
        Context.Counters.Records++;
        RequestPool<MemcachedRequest>.Return(request);
    }
}
