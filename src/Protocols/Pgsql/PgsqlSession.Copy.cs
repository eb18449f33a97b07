using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Pgsql;

/// <summary>COPY: data of the client becomes a row of its own, data of the server is part of the answer.</summary>
internal sealed partial class PgsqlSession
{
    private readonly CellText _copied; // what the client sent, or why it stopped
    private bool _copyIn; // the server takes data
    private bool _copyOut; // the server sends data
    private bool _copyBinary;
    private bool _copyFailed; // the client gave up
    private long _copyEndNs; // when the client ended the data; 0 before

    private static ReadOnlySpan<byte> BinaryMark => "[BINARY COPY DATA]"u8;

    private void BeginCopy(ReadOnlySpan<byte> body, bool fromClient)
    {
        EndCopy();
        (_copyIn, _copyOut) = (fromClient, !fromClient);
        _copyBinary = !body.IsEmpty && body[0] == 1;
    }

    // Data flow both ways from here on, without end; the row follows when they do end, or expires.
    private void OnCopyBoth(PgsqlRequest request, long timeNs)
    {
        BreakLine();
        _answer.Append("COPY BOTH"u8);
        request.AnswerNs = timeNs;
    }

    private void OnCopyOut(ReadOnlySpan<byte> data)
    {
        if (_copyOut)
        {
            AppendCopied(data, _answer);
        }
    }

    private void OnCopyIn(in Frame frame)
    {
        if (!_copyIn)
        {
            return; // both ways, or begun before the connection was seen
        }

        var body = frame.Bytes[PgsqlFrame.HeaderLength..];
        if (frame.Bytes[0] == 'd')
        {
            AppendCopied(body, _copied);
            if (frame.IsTruncated)
            {
                _copied.MarkCut();
            }

            return;
        }

        _copyEndNs = frame.TimeNs;
        _copyFailed = frame.Bytes[0] == 'f';
        if (_copyFailed)
        {
            _copied.Clear();
            _copied.AppendText(new PgsqlReader(body).ReadText());
        }

        ForgetSyncs();
    }

    // The server ignores Sync while it takes data, and the client sends another one after them.
    private void ForgetSyncs()
    {
        while (_pending.Oldest is { Tag: (byte)'E' } && _pending.Newest is { Tag: (byte)'S' } sync)
        {
            _pending.Remove(sync);
            RequestPool<PgsqlRequest>.Return(sync);
            _inGroup = true;
        }
    }

    private void AppendCopied(ReadOnlySpan<byte> data, CellText text)
    {
        if (!_copyBinary)
        {
            text.AppendText(data);
        }
        else if (text.IsEmpty)
        {
            text.Append(BinaryMark);
        }
    }

    // The command that took data has its answer: a tag, or the fields of an error.
    private void WriteCopy(ReadOnlySpan<byte> answer, bool isError, long timeNs)
    {
        if (_copyIn)
        {
            _request.Clear();
            if (isError)
            {
                PgsqlText.WriteError("ERROR RESPONSE"u8, answer, _request);
            }
            else
            {
                _request.AppendText(answer);
            }

            var latency = _copyEndNs == 0 ? 0 : Math.Max(0, timeNs - _copyEndNs);
            PgsqlEventsTable.Write(
                Context, ref _addresses, NameOf(_copyFailed ? (byte)'f' : (byte)'d'), _copied, _request, timeNs,
                latency);
            Context.Counters.Records++;
            _request.Release();
        }

        EndCopy();
    }

    private void EndCopy()
    {
        _copied.Release();
        (_copyIn, _copyOut, _copyBinary, _copyFailed, _copyEndNs) = (false, false, false, false, 0);
    }
}
