using System.Collections.Frozen;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Protocols.Pgsql;

/// <summary>The side of the server.</summary>
internal sealed partial class PgsqlSession
{
    // Answers by tag: to which messages, and what they do.
    private static readonly FrozenDictionary<byte, (string To, AnswerHandler Handler)> Handlers =
        new Dictionary<byte, (string To, AnswerHandler Handler)>
        {
            [(byte)'1'] = ("P", static (s, r, _, now) => s.OnDone(r, "PARSE COMPLETE"u8, now)),
            [(byte)'2'] = ("B", static (s, r, _, now) => s.OnDone(r, "BIND COMPLETE"u8, now)),
            [(byte)'3'] = ("C", static (s, r, _, now) => s.OnDone(r, "CLOSE COMPLETE"u8, now)),
            [(byte)'n'] = ("D", static (s, r, _, now) => s.OnDone(r, "NO DATA"u8, now)),
            [(byte)'s'] = ("E", static (s, r, _, now) => s.OnDone(r, "PORTAL SUSPENDED"u8, now)),
            [(byte)'t'] = ("D", static (s, r, body, _) => s.OnTypes(r, body)),
            [(byte)'T'] = ("DQ", static (s, r, body, now) => s.OnColumns(r, body, now)),
            [(byte)'D'] = ("QE", static (s, r, body, _) => s.OnRow(r, body)),
            [(byte)'C'] = ("QE", static (s, r, body, now) => s.OnCommandComplete(r, body, now)),
            [(byte)'I'] = ("QE", static (s, r, _, now) => s.OnCommandComplete(r, "EMPTY QUERY"u8, now)),
            [(byte)'V'] = ("F", static (s, r, body, now) => s.OnCallResult(r, body, now)),
            [(byte)'G'] = ("QE", static (s, _, body, _) => s.BeginCopy(body, fromClient: true)),
            [(byte)'H'] = ("QE", static (s, _, body, _) => s.BeginCopy(body, fromClient: false)),
            [(byte)'W'] = ("QE", static (s, r, _, now) => s.OnCopyBoth(r, now)),
            [(byte)'d'] = ("QE", static (s, _, body, _) => s.OnCopyOut(body)),
            [(byte)'c'] = ("QE", static (_, _, _, _) => { }),
            [(byte)'R'] = ("\0", static (s, _, body, _) => s.OnAuthentication(body)),
        }.ToFrozenDictionary();

    private PooledBuffer _columns; // of the result of a simple query
    private bool _hasNames; // the line of names is written

    private delegate void AnswerHandler(
        PgsqlSession session, PgsqlRequest request, ReadOnlySpan<byte> body, long timeNs);

    private void OnAnswer(in Frame frame)
    {
        if (_encryptionAsked && frame.Length == 1)
        {
            OnEncryptionAnswer(frame);
            return;
        }

        (_encryptionAsked, _started) = (false, true);
        if (_pending.Count == 0 || !_answersClean)
        {
            GiveUpGaps(Opposite(frame.Direction), frame.TimeNs); // what it answers has passed
            _answersClean &= _afterReady || _pending.Count == 0; // the beginning of its answer may have passed too
        }

        var tag = frame.Bytes[0];
        (_idle, _afterReady, _answerNs) = (tag == 'Z', tag == 'Z', frame.TimeNs);
        if (tag is (byte)'S' or (byte)'A' or (byte)'K' or (byte)'v')
        {
            return; // settings, notifications, keys: not an answer
        }

        if (tag == 'Z')
        {
            OnReady(frame);
        }
        else if (_answersClean && _pending.Oldest is { } request)
        {
            OnAnswer(request, tag, frame);
        }
        else if (tag != 'N')
        {
            OnStray(tag);
        }
    }

    private void OnAnswer(PgsqlRequest request, byte tag, in Frame frame)
    {
        var body = frame.Bytes[PgsqlFrame.HeaderLength..];
        var isData = tag is (byte)'D' or (byte)'d';
        if (frame.IsTruncated && !isData)
        {
            _answer.MarkCut();
        }

        if (frame.TimeNs < request.TimeNs)
        {
            OnStray(tag); // it was found behind a gap, and is to an earlier request
        }
        else if (tag is (byte)'E' or (byte)'N')
        {
            OnError(request, tag, body, frame.TimeNs);
        }
        else if (Handlers.TryGetValue(tag, out var answer) && answer.To.Contains((char)request.Tag))
        {
            answer.Handler(this, request, body, frame.TimeNs);
        }
        else
        {
            OnStray(tag);
        }

        if (frame.IsTruncated && isData && _pending.Oldest == request)
        {
            _answer.MarkCut(); // now: what is there of the row is shown
        }
    }

    // An answer that nobody asked for: requests were not seen, unless it is an error (the server stops).
    private void OnStray(byte tag)
    {
        if (tag is not ((byte)'D' or (byte)'d' or (byte)'T' or (byte)'t' or (byte)'c'))
        {
            Context.Counters.ResponsesWithoutRequest++;
        }

        if (tag != 'E' && _answersClean)
        {
            LoseAlignment();
        }
    }

    private void OnEncryptionAnswer(in Frame frame)
    {
        _encryptionAsked = false;
        if (frame.Bytes[0] != 'N')
        {
            End(frame.Bytes[0] == 'S' ? SessionState.Encrypted : SessionState.EndOfStream, frame.TimeNs); // TLS or GSS
        }
    }

    private void OnReady(in Frame frame)
    {
        var timeNs = frame.TimeNs;
        _readyNs = timeNs;
        if (!_answersClean)
        {
            OnReadyAfterLoss(timeNs);
            return;
        }

        while (_pending.Oldest is { EndsGroup: false } request && _failed)
        {
            _pending.Remove(request); // passed over
            FinishUnanswered(request, timeNs);
        }

        _failed = false;
        EndCopy();
        if (_pending.Oldest is not { EndsGroup: true } last || timeNs < last.TimeNs)
        {
            OnStray((byte)'Z');
            return;
        }

        _pending.Remove(last);
        if (last.AnswerNs == 0 && last.Tag != 'S')
        {
            last.AnswerNs = timeNs;
        }

        FinishUnanswered(last, timeNs);
        _pipelines |= _pending.Oldest is { } next && next.TimeNs < frame.StartNs;
    }

    // It ends the newest group when the client waits for its answers; else nobody knows.
    private void OnReadyAfterLoss(long timeNs)
    {
        if (_pending.Newest is { } newest && newest.TimeNs <= timeNs)
        {
            _requestsClean &= !_inGroup;
            FlushPending(timeNs);
            _answersClean = !_pipelines;
        }
    }

    private void OnError(PgsqlRequest request, byte tag, ReadOnlySpan<byte> body, long timeNs)
    {
        BreakLine();
        if (tag == 'N')
        {
            PgsqlText.WriteError("NOTICE RESPONSE"u8, body, _answer);
            return;
        }

        PgsqlText.WriteError("ERROR RESPONSE"u8, body, _answer);
        WriteCopy(body, isError: true, timeNs);
        request.AnswerNs = timeNs;
        if (!request.EndsGroup)
        {
            _failed = true;
            Apply(request, succeeded: false);
            Finish(request, timeNs);
        }
        else if (request.Tag == PgsqlRequest.StartupTag)
        {
            Finish(request, timeNs); // the server closes the connection
        }
    }

    private void OnDone(PgsqlRequest request, ReadOnlySpan<byte> answer, long timeNs)
    {
        Apply(request, succeeded: true);
        BreakLine();
        _answer.Append(answer);
        Finish(request, timeNs);
    }

    private void OnTypes(PgsqlRequest request, ReadOnlySpan<byte> body)
    {
        if (StatementOf(request) is { } statement)
        {
            _catalog.Describe(statement, new PgsqlReader(body).ReadArray(sizeof(int)), columns: false);
        }
    }

    private void OnColumns(PgsqlRequest request, ReadOnlySpan<byte> body, long timeNs)
    {
        if (request.Tag == 'Q')
        {
            _columns.Clear();
            _columns.Append(body);
            _hasNames = false;
            return;
        }

        if (StatementOf(request) is { } statement)
        {
            _catalog.Describe(statement, body, columns: true);
        }
        else if (PortalOf(request.Body) is { } portal && request.Body[0] == 'P')
        {
            _catalog.Describe(portal, body);
        }

        PgsqlText.WriteColumns(body, _answer);
        Finish(request, timeNs);
    }

    private void OnRow(PgsqlRequest request, ReadOnlySpan<byte> body)
    {
        if (_answer.IsCut)
        {
            return; // the cell is full
        }

        var simple = request.Tag == 'Q';
        var portal = simple ? null : _catalog.FindPortal(new PgsqlReader(request.Body).ReadText());
        var columns = simple ? _columns.Span : portal is null ? [] : portal.Columns;
        if (!_hasNames)
        {
            BreakLine();
            PgsqlText.WriteNames(columns, _answer);
            _hasNames = true;
        }

        // Without portal the values may be of either format: as binary of an unknown type they show as text or hex.
        PgsqlText.WriteRow(body, columns, portal is null ? [0, 1] : portal.Formats, simple, _answer);
    }

    private void OnCommandComplete(PgsqlRequest request, ReadOnlySpan<byte> body, long timeNs)
    {
        BreakLine();
        var tag = new PgsqlReader(body).ReadText();
        _answer.AppendText(tag);
        WriteCopy(tag, isError: false, timeNs);
        _hasNames = false;
        request.AnswerNs = timeNs;
        if (!request.EndsGroup)
        {
            Finish(request, timeNs);
        }
    }

    private void OnCallResult(PgsqlRequest request, ReadOnlySpan<byte> body, long timeNs)
    {
        PgsqlText.WriteCallResult(body, _answer);
        request.AnswerNs = timeNs;
    }

    private void OnAuthentication(ReadOnlySpan<byte> body)
    {
        if (new PgsqlReader(body).ReadInt32() == 0)
        {
            _answer.Append("AUTHENTICATION OK"u8);
        }
    }

    private PgsqlStatement? StatementOf(PgsqlRequest describe) =>
        !describe.Body.IsEmpty && describe.Body[0] == 'S'
            ? _catalog.FindStatement(new PgsqlReader(describe.Body[1..]).ReadText())
            : null;

    private PgsqlPortal? PortalOf(ReadOnlySpan<byte> describe) =>
        describe.IsEmpty ? null : _catalog.FindPortal(new PgsqlReader(describe[1..]).ReadText());

    // Several results follow one another as lines.
    private void BreakLine()
    {
        if (!_answer.IsEmpty && _answer.Value[^1] != '\n')
        {
            _answer.Append("\n"u8);
        }
    }
}
