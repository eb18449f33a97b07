using System.Buffers;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Compression;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Cql;

/// <summary>The part that takes messages out of segments and compressed bodies.</summary>
internal sealed partial class CqlSession
{
    private static ReadOnlySpan<byte> Unreadable => "<compressed>"u8;

    // One message, a frame of its own or out of a segment.
    private bool OnMessage(in Frame frame)
    {
        if (frame.Bytes.Length < CqlEnvelope.HeadBytes)
        {
            return false;
        }

        var head = CqlEnvelope.Read(frame.Bytes);
        SeeRequest(head.IsResponse ? Opposite(frame.Direction) : frame.Direction);
        var body = frame.Bytes[CqlEnvelope.HeadBytes..];
        _version = head.Version;
        if (head.Version < SegmentsVersion)
        {
            _lanes[0].Framing = _lanes[1].Framing = CqlFraming.Messages;
        }

        return (head.Flags & CqlFlags.Compressed) != 0 && head.Version < SegmentsVersion
            ? OnCompressed(head, body, frame)
            : OnBody(head, body, frame.IsTruncated, frame);
    }

    private bool OnBody(in CqlEnvelope head, ReadOnlySpan<byte> body, bool isCut, in Frame frame) =>
        head.IsResponse ? OnResponse(head, body, isCut, frame) : OnRequest(head, body, isCut, frame);

    private bool OnCompressed(in CqlEnvelope head, ReadOnlySpan<byte> body, in Frame frame)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Options.FrameBytes);
        var status = CqlCompressions.Decode(_compression, body, buffer.AsSpan(0, Options.FrameBytes), out var written);
        var handled = status == BlockStatus.Invalid
            ? OnUnreadable(head, frame)
            : OnBody(head, buffer.AsSpan(0, written), status == BlockStatus.Partial, frame);
        ArrayPool<byte>.Shared.Return(buffer);
        return handled;
    }

    // The head alone tells what a row needs but the texts.
    private bool OnUnreadable(in CqlEnvelope head, in Frame frame)
    {
        if (!head.IsResponse)
        {
            _request.Clear();
            _request.Append(Unreadable);
            AddRequest(head, null, frame.TimeNs);
            return true;
        }

        if (FindRequest(head, frame) is not { } request)
        {
            Context.Counters.ResponsesWithoutRequest += head.Opcode == CqlOpcode.Event ? 0 : 1;
            return true;
        }

        _pending.Remove(request);
        _response.Clear();
        _response.Append(Unreadable);
        Finish(request, head.Opcode, frame.TimeNs, isAnswered: true);
        return true;
    }

    private bool OnSegment(in CqlSegment segment, in Frame frame)
    {
        _lanes[(int)frame.Direction].Framing = CqlFraming.Segments;
        if (!frame.IsTruncated && !segment.IsIntact(frame.Bytes))
        {
            _lanes[(int)frame.Direction].Drop();
            return false;
        }

        var payload = frame.Bytes[Math.Min(segment.HeadBytes, frame.Bytes.Length)..];
        payload = payload[..Math.Min(payload.Length, segment.PayloadBytes)];
        if (segment.UncompressedBytes == 0)
        {
            return OnContent(segment, payload, frame);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(segment.UncompressedBytes); // at most 128 KiB
        var status = Lz4Block.Decode(payload, buffer.AsSpan(0, segment.UncompressedBytes), out var written);
        var handled = status != BlockStatus.Invalid && OnContent(segment, buffer.AsSpan(0, written), frame);
        ArrayPool<byte>.Shared.Return(buffer);
        return handled;
    }

    // What a segment brings, as far as it is known: whole messages, or a part of a long one.
    private bool OnContent(in CqlSegment segment, ReadOnlySpan<byte> content, in Frame frame)
    {
        var lane = _lanes[(int)frame.Direction];
        if (!segment.IsWhole)
        {
            return OnPart(lane, content, segment.ContentBytes, frame);
        }

        lane.Drop();
        var rest = (ulong)segment.ContentBytes;
        while (rest > 0 && !content.IsEmpty && IsActive)
        {
            var head = CqlEnvelope.ReadHead(content, IsResponse(frame.Direction));
            if (head.Status != ParseStatus.Success || head.Length > rest)
            {
                return head.Status == ParseStatus.NeedMoreData && frame.IsTruncated;
            }

            var known = (int)Math.Min(head.Length, (ulong)content.Length);
            if (!OnMessage(new Frame(
                frame.Direction, content[..known], head.Length, frame.StartNs, frame.TimeNs)))
            {
                return false;
            }

            content = content[known..];
            rest -= head.Length;
        }

        return true;
    }

    private bool OnPart(CqlLane lane, ReadOnlySpan<byte> content, int bytes, in Frame frame)
    {
        if (lane.Rest == 0)
        {
            var head = CqlEnvelope.ReadHead(content, IsResponse(frame.Direction));
            if (head.Status != ParseStatus.Success || head.Length <= (ulong)bytes)
            {
                return false; // the middle of one whose beginning was lost
            }

            lane.Begin(head.Length, frame.StartNs);
        }

        if ((ulong)bytes > lane.Rest)
        {
            lane.Drop();
            return false;
        }

        lane.Add(content, bytes);
        if (lane.Rest > 0)
        {
            return true;
        }

        var handled = OnMessage(new Frame(
            frame.Direction, lane.Message, lane.Length, lane.StartNs, frame.TimeNs));
        lane.Drop();
        return handled;
    }

    // Whether bytes found in the middle of a stream are a frame: what is inside makes sense, and another may follow.
    private bool IsPlausible(Direction direction, ReadOnlySpan<byte> data, ulong length)
    {
        if (_lanes[(int)direction].Framing != CqlFraming.Messages && CqlSegment.TryRead(data, out var segment))
        {
            return (ulong)data.Length < length || segment.IsIntact(data);
        }

        const int MaxBodyBytes = 16 << 20; // what servers take unless they are told otherwise
        var head = CqlEnvelope.Read(data);
        if (head.BodyLength > MaxBodyBytes || head.Version != (_version ?? head.Version)
            || (head.Opcode == CqlOpcode.Options && head.BodyLength > 0))
        {
            return false;
        }

        var known = data[..(int)Math.Min((ulong)data.Length, length)];
        var next = data[known.Length..];
        return (next.IsEmpty || ReadHead(direction, next).Status != ParseStatus.Invalid)
            && (head.IsResponse ? IsExpected(head) : Fits(head, known[CqlEnvelope.HeadBytes..], length));
    }

    private bool IsExpected(in CqlEnvelope head) =>
        head.Opcode == CqlOpcode.Event ? head.Stream == -1 : FindRequest(head) is not null;

    private bool Fits(in CqlEnvelope head, ReadOnlySpan<byte> body, ulong length)
    {
        if ((head.Flags & CqlFlags.Compressed) != 0)
        {
            return true;
        }

        _request.Clear();
        var isCut = CqlEnvelope.HeadBytes + (ulong)body.Length < length;
        var fits = new CqlRequestText(head.Version, _request, _statements).Write(head, body, isCut, out _);
        _request.Clear();
        return fits;
    }
}
