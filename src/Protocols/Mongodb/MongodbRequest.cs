using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Streams;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Mongodb;

/// <summary>A request that waits for its answer, or for the next of its answers.</summary>
internal sealed class MongodbRequest : PendingRequest
{
    private const int ObjectBytes = 192;
    private Kept _command;
    private Kept _body;
    private Kept _status;
    private Kept _answer;

    /// <summary>When it was sent; the base class has the time of the last answer, from which it expires.</summary>
    public long SentNs { get; set; }

    /// <summary>It keeps driver and server in touch: no row.</summary>
    public bool IsHandshake { get; set; }

    /// <summary>Texts are not kept.</summary>
    public bool IsSecret { get; set; }

    /// <summary>Answers came, and more are to come.</summary>
    public bool HasAnswers { get; private set; }

    /// <inheritdoc/>
    public override long RetainedBytes =>
        ObjectBytes + _command.Capacity + _body.Capacity + _status.Capacity + _answer.Capacity;

    /// <summary>Keeps what it asks.</summary>
    public void SetRequest(MongodbContent content)
    {
        _command.Set(content.Name);
        _body.Set(content.Body);
    }

    /// <summary>Keeps its answers so far.</summary>
    public void SetAnswer(MongodbContent content)
    {
        HasAnswers = true;
        _status.Set(content.Name);
        _answer.Set(content.Body);
    }

    /// <summary>Appends what it asks.</summary>
    public void AppendRequest(MongodbContent content)
    {
        _command.AppendTo(content.Name);
        _body.AppendTo(content.Body);
    }

    /// <summary>Appends its answers so far.</summary>
    public void AppendAnswer(MongodbContent content)
    {
        _status.AppendTo(content.Name);
        _answer.AppendTo(content.Body);
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        _command.Clear();
        _body.Clear();
        _status.Clear();
        _answer.Clear();
        (SentNs, IsHandshake, IsSecret, HasAnswers) = (0, false, false, false);
    }

    /// <summary>A copy of a cell's text.</summary>
    private struct Kept
    {
        private PooledBuffer _text;
        private bool _isCut;

        public readonly int Capacity => _text.Capacity;

        public void Set(CellText text)
        {
            Clear();
            _text.Append(text.Value);
            _isCut = text.IsCut;
        }

        public readonly void AppendTo(CellText text)
        {
            text.Append(_text.Span);
            if (_isCut)
            {
                text.MarkCut();
            }
        }

        public void Clear()
        {
            _text.Clear();
            _isCut = false;
        }
    }
}
