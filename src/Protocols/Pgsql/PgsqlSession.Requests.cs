using System.Buffers.Binary;
using System.Collections.Frozen;
using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Pgsql;

/// <summary>The side of the client.</summary>
internal sealed partial class PgsqlSession
{
    // Cells of requests. What an Execute or Bind shows depends on statements and portals.
    private static readonly FrozenDictionary<byte, Action<PgsqlSession, PgsqlRequest>> Writers =
        new Dictionary<byte, Action<PgsqlSession, PgsqlRequest>>
        {
            [PgsqlRequest.StartupTag] = static (s, r) => PgsqlText.WriteStartup(r.Body, s._request),
            [(byte)'Q'] = static (s, r) => PgsqlText.WriteQuery(r.Body, s._request),
            [(byte)'P'] = static (s, r) => PgsqlText.WriteParse(r.Body, s._request),
            [(byte)'B'] = static (s, r) => s.WriteBind(r),
            [(byte)'D'] = static (s, r) => PgsqlText.WriteTarget(r.Body, s._request),
            [(byte)'C'] = static (s, r) => PgsqlText.WriteTarget(r.Body, s._request),
            [(byte)'E'] = static (s, r) => s.WriteExecute(r),
            [(byte)'F'] = static (s, r) => PgsqlText.WriteCall(r.Body, s._request),
        }.ToFrozenDictionary();

    private static ReadOnlySpan<byte> NameOf(byte tag) =>
        tag == PgsqlRequest.StartupTag ? "Startup"u8 : PgsqlMessages.Name(tag);

    private void OnRequest(in Frame frame)
    {
        if (frame.Bytes[0] == 0)
        {
            OnStartup(frame);
            return;
        }

        (_started, _encryptionAsked) = (true, false);
        switch (frame.Bytes[0])
        {
            case (byte)'X' or (byte)'H' or (byte)'p':
                break; // end, flush, password: no answer of their own
            case (byte)'d' or (byte)'c' or (byte)'f':
                OnCopyIn(frame);
                break;
            default:
                AddTagged(frame);
                break;
        }
    }

    private void OnStartup(in Frame frame)
    {
        var code = BinaryPrimitives.ReadInt32BigEndian(frame.Bytes[sizeof(int)..]);
        SeeRequest(frame.Direction);
        switch (code)
        {
            case PgsqlFrame.TlsCode or PgsqlFrame.GssCode:
                _encryptionAsked = true;
                break;
            case PgsqlFrame.CancelCode:
                WriteCancel(frame);
                break;
            default:
                (_started, _encryptionAsked, _requestsClean, _answersClean) = (true, false, true, true);
                Add(PgsqlRequest.StartupTag, frame.Bytes[PgsqlFrame.StartupHeaderLength..], frame);
                break;
        }
    }

    // Nobody answers it: the server closes the connection. The key is a secret and not shown.
    private void WriteCancel(in Frame frame)
    {
        var process = new PgsqlReader(frame.Bytes[PgsqlFrame.StartupHeaderLength..]).ReadInt32();
        _request.Append("pid="u8);
        _request.Append((uint)process);
        PgsqlEventsTable.Write(
            Context, ref _addresses, "Cancel Request"u8, _request, _answer, frame.TimeNs, latencyNs: 0);
        Context.Counters.Records++;
        _request.Release();
    }

    private void AddTagged(in Frame frame)
    {
        var tag = frame.Bytes[0];
        if (!_requestsClean)
        {
            _requestsClean = tag is (byte)'S' or (byte)'Q' or (byte)'F';
            _inGroup = false;
            if (tag == 'S' || !_requestsClean)
            {
                return; // the rest of a group whose beginning was not seen
            }
        }

        if (!_inGroup)
        {
            BeginGroup(frame);
        }

        Add(tag, frame.Bytes[PgsqlFrame.HeaderLength..], frame);
    }

    // A client that waits for its answers has them all when it begins a group.
    private void BeginGroup(in Frame frame)
    {
        if (!_pipelines && (_pending.Count > 0 || !_answersClean))
        {
            GiveUpGaps(Opposite(frame.Direction), frame.TimeNs);
        }

        var quietNs = Options.GapPatience.Ticks * TimeSpan.NanosecondsPerTick;
        var quiet = _idle && _pending.Count == 0 && frame.StartNs - _readyNs >= quietNs;
        // It was found behind a gap: answers since then may be to it, or were lost.
        var late = frame.TimeNs < Math.Max(_answerNs, _answersLostNs);
        _answersClean &= !late || _pending.Count > 0;
        if (!_answersClean && !late && (!_pipelines || quiet))
        {
            FlushPending(frame.TimeNs);
            _answersClean = true;
        }
    }

    private void Add(byte tag, ReadOnlySpan<byte> body, in Frame frame)
    {
        var request = RequestPool<PgsqlRequest>.Rent();
        request.Set(tag, body, frame.IsTruncated, frame.TimeNs);
        _pending.Add(request);
        (_inGroup, _idle) = (!request.EndsGroup, false);
        Expire(long.MinValue, frame.TimeNs);
    }

    private void WriteRequest(PgsqlRequest request)
    {
        _request.Clear();
        if (Writers.TryGetValue(request.Tag, out var writer))
        {
            writer(this, request);
        }

        if (request.IsCut)
        {
            _request.MarkCut();
        }
    }

    private void WriteBind(PgsqlRequest request)
    {
        var reader = new PgsqlReader(request.Body);
        reader.ReadText();
        var statement = _catalog.FindStatement(reader.ReadText());
        PgsqlText.WriteBind(request.Body, statement is null ? [] : statement.Types, _request);
    }

    private void WriteExecute(PgsqlRequest request)
    {
        var portal = _catalog.FindPortal(new PgsqlReader(request.Body).ReadText());
        if (portal is null)
        {
            _request.Append("query=[] params=[]"u8); // bound before the connection was seen
            return;
        }

        _request.Append(portal.Text);
        if (portal.IsCut)
        {
            _request.MarkCut();
        }
    }

    // What a message changes at the server. What failed is kept too where nothing else is known under that name: the
    // rows of messages that the server passed over show it.
    private void Apply(PgsqlRequest request, bool succeeded)
    {
        var reader = new PgsqlReader(request.Body);
        switch (request.Tag)
        {
            case (byte)'P':
                var name = reader.ReadText();
                if (succeeded || name.IsEmpty || _catalog.FindStatement(name) is null)
                {
                    var query = reader.ReadText();
                    var isCut = reader.Failed;
                    _catalog.AddStatement(name, query, isCut, reader.ReadArray(sizeof(int)));
                }

                break;
            case (byte)'B':
                ApplyBind(request);
                break;
            case (byte)'C' when succeeded:
                if (reader.ReadByte() == 'S')
                {
                    _catalog.RemoveStatement(reader.ReadText());
                }
                else
                {
                    _catalog.RemovePortal(reader.ReadText());
                }

                break;
            default:
                break;
        }
    }

    private void ApplyBind(PgsqlRequest request)
    {
        var reader = new PgsqlReader(request.Body);
        var portal = reader.ReadText();
        var statement = _catalog.FindStatement(reader.ReadText());
        if (statement is null)
        {
            Context.Counters.TruncatedValues++; // its text was not seen, or forgotten for room
        }

        _request.Clear();
        var formats = PgsqlText.WriteExecution(request.Body, statement, _request);
        var isCut = _request.IsCut || request.IsCut || statement is { IsCut: true };
        var columns = statement is null ? [] : statement.Columns;
        _catalog.AddPortal(portal, _request.Value, isCut, formats, columns);
        _request.Release();
    }
}
