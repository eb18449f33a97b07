using System.Buffers.Binary;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http;

namespace PixieOrleans.Protocols.Http2;

/// <summary>The part that reads header blocks.</summary>
internal sealed partial class Http2Session
{
    private const int PriorityBytes = 5;
    private const int PromisedBytes = 4;
    private const int UpgradedStream = 1;

    /// <summary>
    /// The connection was upgraded: stream 1 is the answer to the request of HTTP/1.1 (RFC 7540 §3.2), whose header
    /// fields are in the row of that.
    /// </summary>
    public void BeginUpgraded(HttpUpgrade upgrade)
    {
        var fields = Http2Scratch.Of(_http).Fields;
        fields.Begin(_http);
        fields.Add(":method"u8, upgrade.Method);
        fields.Add(":path"u8, upgrade.Target);
        Open(UpgradedStream, fields, upgrade.TimeNs, upgrade.TimeNs, complete: true);
    }

    private bool OnHeaders(Http2Half half, Http2Frame head, in Frame frame)
    {
        var promise = head.Type == Http2FrameType.PushPromise;
        var prefix = promise ? PromisedBytes : (head.Flags & Http2Flags.Priority) != 0 ? PriorityBytes : 0;
        if (!TryGetContent(head, frame, prefix, out var content, out var length))
        {
            half.Lose();
            return false;
        }

        var opens = head.Stream;
        if (promise)
        {
            var at = Http2Frame.HeadBytes + ((head.Flags & Http2Flags.Padded) != 0 ? 1 : 0);
            opens = frame.Bytes.Length < at + PromisedBytes
                ? 0
                : BinaryPrimitives.ReadInt32BigEndian(frame.Bytes[at..]) & int.MaxValue;
        }

        var ends = !promise && (head.Flags & Http2Flags.EndStream) != 0;
        var block = new Http2Block(head.Stream, opens, ends, frame.StartNs);
        if ((head.Flags & Http2Flags.EndHeaders) == 0 && content.Length == length)
        {
            half.BeginBlock(block, content);
            return true;
        }

        return OnBlock(half, block, content, content.Length < length, frame);
    }

    private bool OnContinuation(Http2Half half, Http2Frame head, in Frame frame)
    {
        if (half.Block.Stream != head.Stream)
        {
            half.Lose(); // its beginning was not seen
            return true;
        }

        var block = half.Block;
        var content = frame.Bytes[Http2Frame.HeadBytes..];
        var cut = content.Length < head.Length || !half.AddToBlock(content);
        if (!cut && (head.Flags & Http2Flags.EndHeaders) == 0)
        {
            return true;
        }

        var understood = OnBlock(half, block, half.BlockBytes, cut, frame);
        half.EndBlock();
        return understood;
    }

    private bool OnBlock(Http2Half half, Http2Block block, ReadOnlySpan<byte> bytes, bool isCut, in Frame frame)
    {
        if (RequestDirection == Opposite(frame.Direction) && _streams.Find(block.Stream) is null)
        {
            GiveUpGaps(Opposite(frame.Direction), frame.TimeNs); // what is answered is not on its way any more
        }

        var fields = Http2Scratch.Of(_http).Fields;
        fields.Begin(_http);
        var whole = half.Decoder.Decode(bytes, fields);
        if (isCut)
        {
            half.Lose(); // the rest may have changed the table
        }

        if (!whole && !isCut)
        {
            return false;
        }

        if (fields.IsRequest)
        {
            return OnRequest(block, fields, frame);
        }

        if (fields.HasStatus)
        {
            SeeRequest(Opposite(frame.Direction));
        }

        if (RequestDirection is { } requests)
        {
            OnOther(block, fields, frame, requests);
        }

        return true;
    }

    // An answer's head, or trailers.
    private void OnOther(Http2Block block, Http2Fields fields, in Frame frame, Direction requests)
    {
        var answers = frame.Direction != requests;
        if (_streams.Find(block.Opens) is not { } stream)
        {
            Context.Counters.ResponsesWithoutRequest += answers && fields.Head.Status >= 200 ? 1 : 0;
            return;
        }

        var message = answers ? stream.Response : stream.Request;
        if (answers && (fields.HasStatus || !message.HasHead))
        {
            if (fields.Head.Status is >= 100 and < 200)
            {
                return; // informational: the answer is still to come
            }

            OnAnswer(stream, block, fields, frame);
        }
        else
        {
            message.AddTrailers(fields, Context.Counters);
        }

        message.Http.TimeNs = frame.TimeNs;
        EndHalf(stream, message, block.EndsStream);
    }

    private bool OnRequest(Http2Block block, Http2Fields fields, in Frame frame)
    {
        var promise = block.Opens != block.Stream; // a request that the server makes up
        SeeRequest(promise ? Opposite(frame.Direction) : frame.Direction);
        if (block.Opens == 0 || frame.Direction == RequestDirection == promise)
        {
            return false;
        }

        Open(block.Opens, fields, block.StartNs, frame.TimeNs, promise || block.EndsStream);
        Expire(long.MinValue, frame.TimeNs);
        return true;
    }

    private void Open(int number, Http2Fields fields, long startNs, long timeNs, bool complete)
    {
        var stream = RequestPool<Http2Stream>.Rent();
        (stream.Key, stream.TimeNs) = (number, timeNs);
        fields.End(HttpMessageKind.Request);
        stream.Request.Begin(fields, startNs, timeNs, _http, Context.Counters);
        stream.Request.Http.IsComplete = complete;
        var requests = RequestDirection ?? Direction.Egress;
        (stream.Request.Losses, stream.Response.Losses) =
            (HalfOf(requests).Losses, HalfOf(Opposite(requests)).Losses);
        if (_streams.Add(stream) is { } replaced)
        {
            Finish(replaced, timeNs);
        }
    }

    private void OnAnswer(Http2Stream stream, Http2Block block, Http2Fields fields, in Frame frame)
    {
        fields.End(HttpMessageKind.Response);
        stream.Response.Begin(fields, block.StartNs, frame.TimeNs, _http, Context.Counters);
        _streams.Remove(stream); // to the end, and its size anew
        stream.TimeNs = frame.TimeNs;
        _streams.Add(stream);
    }
}
