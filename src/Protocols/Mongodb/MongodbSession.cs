using System.Buffers;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Compression;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Mongodb;

/// <summary>
/// A connection of MongoDB: an answer names the request that it belongs to, or the answer before it when a request has
/// several.
/// </summary>
internal sealed class MongodbSession(SessionContext context, FramingOptions options) : FramedSession(context, options)
{
    private const int MaxCandidates = 64; // messages looked into per search, so that hostile bytes cost little
    private readonly PendingRequests<MongodbRequest> _pending = new(keyed: true);
    private readonly MongodbContent _request = new(options.TextLimitBytes);
    private readonly MongodbContent _response = new(options.TextLimitBytes);
    private ConnectionAddresses _addresses;

    /// <inheritdoc/>
    protected override long PendingBytes => _pending.Bytes + _request.RetainedBytes + _response.RetainedBytes;

    /// <inheritdoc/>
    internal override FrameHead ReadHead(Direction direction, ReadOnlySpan<byte> data) =>
        MongodbHead.ReadHead(data, IsResponse(direction));

    /// <inheritdoc/>
    internal override int FindBoundary(Direction direction, ReadOnlySpan<byte> data)
    {
        var candidates = 0;
        for (var start = 0; start + MongodbHead.Bytes <= data.Length && candidates < MaxCandidates; start++)
        {
            var rest = data[start..];
            var head = ReadHead(direction, rest);
            if (head.Status != ParseStatus.Success)
            {
                continue;
            }

            candidates++;
            if (IsPlausible(direction, rest, head.Length))
            {
                return start;
            }
        }

        return -1;
    }

    /// <inheritdoc/>
    internal override bool OnFrame(in Frame frame)
    {
        if (frame.Bytes.Length < MongodbHead.Bytes)
        {
            return false;
        }

        var head = MongodbHead.Read(frame.Bytes);
        var isResponse = IsResponse(frame.Direction) ?? head.Answered != 0;
        if (!isResponse)
        {
            return OnRequest(head, frame);
        }

        SeeRequest(Opposite(frame.Direction));
        return OnResponse(head, frame);
    }

    /// <inheritdoc/>
    protected override void Expire(long beforeNs, long nowNs)
    {
        while (_pending.TakeOverdue(Options, beforeNs) is { } request)
        {
            FinishWithoutResponse(request);
        }
    }

    /// <inheritdoc/>
    protected override void Flush(long timeNs)
    {
        while (_pending.TakeOldest() is { } request)
        {
            FinishWithoutResponse(request);
        }
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        while (_pending.TakeOldest() is { } request)
        {
            RequestPool<MongodbRequest>.Return(request);
        }

        _request.Release();
        _response.Release();
    }

    private bool? IsResponse(Direction direction) =>
        RequestDirection is { } requests ? direction != requests : null;

    // Whether bytes found in the middle of a stream are a message: its body makes sense, and another may follow.
    private bool IsPlausible(Direction direction, ReadOnlySpan<byte> data, ulong length)
    {
        var head = MongodbHead.Read(data);
        var known = data[..(int)Math.Min((ulong)data.Length, length)];
        var next = data[known.Length..];
        if (!next.IsEmpty && ReadHead(direction, next).Status == ParseStatus.Invalid)
        {
            return false;
        }

        if (IsResponse(direction) ?? head.Answered != 0)
        {
            return _pending.Find(head.Answered) is not null;
        }

        _request.Clear();
        var fits = Read(head, known[MongodbHead.Bytes..], (ulong)known.Length < length, _request, null);
        _request.Clear();
        return fits;
    }

    // Reads a message, compressed or not. Of one that cannot be decoded the text says so.
    private bool Read(
        in MongodbHead head, ReadOnlySpan<byte> body, bool isCut, MongodbContent content, bool? isSecret)
    {
        if (head.Opcode != MongodbOpcode.Compressed)
        {
            return content.Read(head.Opcode, body, isCut, isSecret);
        }

        if (body.Length < MongodbCompressed.Bytes)
        {
            content.Body.MarkCut();
            return isCut;
        }

        var compressed = MongodbCompressed.Read(body);
        if (compressed.Length < 0 || compressed.Opcode == MongodbOpcode.Compressed)
        {
            return false;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(Options.FrameBytes);
        var status = compressed.Decode(
            body[MongodbCompressed.Bytes..], buffer.AsSpan(0, Options.FrameBytes), out var written);
        var fits = true;
        if (status == BlockStatus.Invalid)
        {
            content.AppendUnreadable();
        }
        else
        {
            fits = content.Read(
                compressed.Opcode, buffer.AsSpan(0, written), status == BlockStatus.Partial, isSecret);
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return fits;
    }

    private bool OnRequest(in MongodbHead head, in Frame frame)
    {
        _request.Clear();
        if (!Read(head, frame.Bytes[MongodbHead.Bytes..], frame.IsTruncated, _request, null))
        {
            return false;
        }

        SeeRequest(frame.Direction);
        var request = RequestPool<MongodbRequest>.Rent();
        (request.Key, request.TimeNs, request.SentNs) = (head.Id, frame.TimeNs, frame.TimeNs);
        request.IsHandshake = MongodbCommands.IsHandshake(_request.Name.Value);
        request.IsSecret = MongodbCommands.IsSecret(_request.Name.Value);
        request.SetRequest(_request);
        if (_request.HasMoreToCome || _request.IsUnanswered)
        {
            _response.Clear();
            Finish(request, 0); // a write that nobody acknowledges
            return true;
        }

        if (_pending.Add(request) is { } replaced)
        {
            FinishWithoutResponse(replaced);
        }

        Expire(long.MinValue, frame.TimeNs);
        return true;
    }

    private bool OnResponse(in MongodbHead head, in Frame frame)
    {
        if (_pending.Find(head.Answered) is null)
        {
            GiveUpGaps(Opposite(frame.Direction), frame.TimeNs); // the request may wait behind one
        }

        if (_pending.Find(head.Answered) is not { } request)
        {
            Context.Counters.ResponsesWithoutRequest++;
            return true;
        }

        AppendAnswers(request);
        var isHidden = request.IsSecret || request.IsHandshake;
        var fits = Read(head, frame.Bytes[MongodbHead.Bytes..], frame.IsTruncated, _response, isHidden);
        _pending.Remove(request);
        if (_response.HasMoreToCome)
        {
            WaitForMore(request, head.Id, frame.TimeNs);
        }
        else
        {
            EndAnswers(request);
            Finish(request, Math.Max(0, frame.TimeNs - request.SentNs));
        }

        return fits;
    }

    // The next answer will name this one.
    private void WaitForMore(MongodbRequest request, int id, long timeNs)
    {
        (request.Key, request.TimeNs) = (id, timeNs);
        request.SetAnswer(_response);
        if (_pending.Add(request) is { } replaced)
        {
            FinishWithoutResponse(replaced);
        }
    }

    private void AppendAnswers(MongodbRequest request)
    {
        _response.Clear();
        request.AppendAnswer(_response);
    }

    private void EndAnswers(MongodbRequest request)
    {
        if (request.HasAnswers)
        {
            _response.End();
        }
    }

    // Of one whose answers stopped coming the row tells those that came.
    private void FinishWithoutResponse(MongodbRequest request)
    {
        Context.Counters.RequestsWithoutResponse += request.HasAnswers || request.IsHandshake ? 0 : 1;
        AppendAnswers(request);
        EndAnswers(request);
        Finish(request, request.HasAnswers ? Math.Max(0, request.TimeNs - request.SentNs) : 0);
    }

    private void Finish(MongodbRequest request, long latencyNs)
    {
        if (!request.IsHandshake)
        {
            _request.Clear();
            request.AppendRequest(_request);
            MongodbEventsTable.Write(Context, ref _addresses, _request, _response, request.SentNs, latencyNs);
            Context.Counters.Records++;
        }

        RequestPool<MongodbRequest>.Return(request);
    }
}
