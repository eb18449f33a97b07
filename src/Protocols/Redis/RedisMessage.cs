using System.Text;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Redis;

/// <summary>The message of one direction that is being read, token by token.</summary>
internal sealed class RedisMessage
{
    private readonly RespValueText _value;
    private readonly byte[] _word = new byte[16]; // the first element
    private int _wordBytes;
    private bool _isCommandOpen;
    private long _left; // words of the command to come
    private bool _inFirst; // the first element comes next

    /// <summary>None yet.</summary>
    /// <param name="options">Bound of the text.</param>
    public RedisMessage(FramingOptions options)
    {
        Text = new CellText(options.TextLimitBytes);
        _value = new RespValueText(Text);
        Command = new RedisCommandText(Text);
    }

    /// <summary>Arguments of a command, or the value.</summary>
    public CellText Text { get; }

    /// <summary>The command, when it is one.</summary>
    public RedisCommandText Command { get; }

    /// <summary>True when the message is a command.</summary>
    public bool IsCommand { get; private set; }

    /// <summary>True when the text is JSON.</summary>
    public bool IsJson => IsCommand || (Type is RespType.Array or RespType.Map or RespType.Set or RespType.Push
        && Count >= 0);

    /// <summary>Type of the whole.</summary>
    public RespType Type { get; private set; }

    /// <summary>Elements of the whole.</summary>
    public long Count { get; private set; }

    /// <summary>Type of the element read last.</summary>
    public RespType LastType { get; private set; }

    /// <summary>The first element, when that is a short text.</summary>
    public ReadOnlySpan<byte> Word => _word.AsSpan(0, _wordBytes);

    /// <summary>True between the first and the last token.</summary>
    public bool IsOpen => _isCommandOpen || _value.IsOpen;

    /// <summary>When its first byte passed, ns since 1970.</summary>
    public long StartNs { get; private set; }

    /// <summary>Forgets what was read.</summary>
    public void Clear()
    {
        Text.Clear();
        _value.Clear();
        (_wordBytes, _isCommandOpen, _inFirst, IsCommand) = (0, false, false, false);
    }

    /// <summary>Takes the next token. False when no message goes on like this.</summary>
    /// <param name="token">The token.</param>
    /// <param name="startNs">When its first byte passed.</param>
    /// <param name="commands">Whether an array of texts is a command.</param>
    public bool Add(in RespToken token, long startNs, RedisCommandUse commands)
    {
        if (!IsOpen)
        {
            Clear();
            (Type, Count, StartNs) = (token.Type, token.Number, startNs);
            _inFirst = token.IsAggregate && token.Number > 0;
            if (_inFirst && token.Type == RespType.Array && commands != RedisCommandUse.Never)
            {
                BeginCommand(token.Number);
                return true;
            }

            KeepWord(token);
            return _value.Add(token);
        }

        LastType = token.Type;
        if (_inFirst)
        {
            _inFirst = false;
            KeepWord(token);
        }

        return _isCommandOpen ? AddWord(token, commands) : _value.Add(token);
    }

    /// <summary>Takes the words of an inline command, which is whole then. False without any.</summary>
    public bool AddInline(ReadOnlySpan<byte> line, long startNs)
    {
        Clear();
        var words = RedisInline.Count(line);
        if (words <= 0)
        {
            return false;
        }

        (Type, Count, StartNs) = (RespType.Array, words, startNs);
        BeginCommand(words);
        Span<byte> scratch = stackalloc byte[RedisInline.MaxWordBytes];
        while (_isCommandOpen && RedisInline.Next(ref line, scratch, out var bytes))
        {
            if (!AddWord(RespToken.OfText(scratch[..bytes], bytes == scratch.Length), RedisCommandUse.Always))
            {
                return false;
            }
        }

        return !_isCommandOpen;
    }

    private void BeginCommand(long words)
    {
        (_isCommandOpen, IsCommand, _left) = (true, true, words);
        Command.Begin(words);
    }

    private bool AddWord(in RespToken token, RedisCommandUse commands)
    {
        if (token.IsAggregate || !Command.Add(token, knownOnly: commands == RedisCommandUse.WhenKnown))
        {
            if (_left != Count)
            {
                return false; // a command whose arguments are no texts
            }

            // Not a command after all: the array is a value.
            (_isCommandOpen, IsCommand) = (false, false);
            return _value.AddArray(Count) && _value.Add(token);
        }

        _isCommandOpen = --_left > 0;
        return true;
    }

    private void KeepWord(in RespToken token)
    {
        var isText = token.Type is RespType.Bulk or RespType.Simple && token.Text.Length <= _word.Length;
        _wordBytes = 0;
        if (isText)
        {
            Ascii.ToLower(token.Text, _word, out _wordBytes);
        }
    }
}

/// <summary>Whether an array of texts is a command.</summary>
internal enum RedisCommandUse : byte
{
    /// <summary>It is a value.</summary>
    Never,

    /// <summary>When it begins with the name of a known one.</summary>
    WhenKnown,

    /// <summary>It is.</summary>
    Always,
}
