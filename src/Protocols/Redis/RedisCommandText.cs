using System.Buffers;
using System.Text;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Redis;

/// <summary>
/// Name and arguments of one command, written while its words come: the arguments as a JSON object where the command
/// is known and their number fits, else as an array.
/// </summary>
internal sealed partial class RedisCommandText(CellText text)
{
    private readonly CellText _text = text;
    private readonly byte[] _name = new byte[RedisCommands.MaxNameBytes];
    private int _nameBytes;
    private long _left; // words to come
    private long _written; // arguments
    private bool _named; // the arguments have names
    private int _argument; // next one of the command
    private long _extra; // words beyond those that must be there
    private readonly byte[] _last = new byte[8]; // beginning of the last argument
    private int _lastBytes;

    /// <summary>The command; null when it is not known.</summary>
    public RedisCommand? Command { get; private set; }

    /// <summary>Its name in capitals.</summary>
    public ReadOnlySpan<byte> Name => _name.AsSpan(0, _nameBytes);

    /// <summary>Words of it, the name included.</summary>
    public long Words { get; private set; }

    /// <summary>The last argument; its beginning when it is long.</summary>
    public ReadOnlySpan<byte> LastWord => _last.AsSpan(0, _lastBytes);

    /// <summary>Begins a command of this many words.</summary>
    public void Begin(long words)
    {
        (Words, _left, _written, _nameBytes, _lastBytes, Command) = (words, words, 0, 0, 0, null);
        (_named, _argument, _extra, _list, _listWords, _optionBytes) = (false, 0, 0, null, 0, 0);
    }

    /// <summary>Takes the next word. False when it is the first and no name of a command.</summary>
    /// <param name="token">The word.</param>
    /// <param name="knownOnly">Whether only known commands count.</param>
    public bool Add(in RespToken token, bool knownOnly)
    {
        _left--;
        if (_nameBytes == 0)
        {
            return BeginName(token.Text, knownOnly || token.Type != RespType.Bulk || token.IsTruncated);
        }

        if (_written == 0 && Command is { IsContainer: true } && AddSubcommand(token.Text))
        {
            EndName();
            return true;
        }

        if (_written == 0 && !_named)
        {
            _text.Append("["u8);
        }

        AddArgument(token);
        return true;
    }

    private bool BeginName(ReadOnlySpan<byte> word, bool knownOnly)
    {
        Command = RedisCommands.Find(word);
        if ((Command is null && knownOnly) || word.IsEmpty || word.Length > _name.Length
            || Ascii.ToUpper(word, _name, out _nameBytes) != OperationStatus.Done
            || (Command is null && Name.IndexOfAnyExceptInRange((byte)'!', (byte)'~') >= 0))
        {
            _nameBytes = 0;
            return false;
        }

        EndName();
        return true;
    }

    private bool AddSubcommand(ReadOnlySpan<byte> word)
    {
        if (_nameBytes + 1 + word.Length > _name.Length || word.IsEmpty || Name.Contains((byte)' '))
        {
            return false;
        }

        _name[_nameBytes] = (byte)' ';
        word.CopyTo(_name.AsSpan(_nameBytes + 1));
        if (RedisCommands.Find(_name.AsSpan(0, _nameBytes + 1 + word.Length)) is not { } command)
        {
            return false;
        }

        (Command, _nameBytes) = (command, command.Name.Length);
        command.Name.CopyTo(_name);
        return true;
    }

    // The name is complete, unless it is that of a container with words left.
    private void EndName()
    {
        if (Command is { IsContainer: true } && _left > 0)
        {
            return;
        }

        _named = Command is not null && Command.Fits(_left);
        if (_named)
        {
            _extra = _left - Command!.Required;
            _text.Append("{"u8);
            if (_left == 0)
            {
                EndNamed();
            }
        }
        else if (_left == 0)
        {
            _text.Append("[]"u8);
        }
    }

    private void AddArgument(in RespToken token)
    {
        var isSecret = RedisSecrets.IsSecret(Name, _written, LastWord);
        _lastBytes = Math.Min(token.Text.Length, _last.Length);
        token.Text[.._lastBytes].CopyTo(_last);
        if (_named)
        {
            AddNamed(isSecret ? RedisSecrets.Mark : token.Text);
            _written++;
            if (_left == 0)
            {
                EndNamed();
            }
        }
        else
        {
            _text.Append(_written++ > 0 ? ","u8 : default);
            _text.AppendJsonString(isSecret ? RedisSecrets.Mark : token.IsNull ? "<NULL>"u8 : token.Text);
            if (_left == 0)
            {
                _text.Append("]"u8);
            }
        }

        if (token.IsTruncated)
        {
            _text.MarkCut();
        }
    }
}
