using System.Buffers.Text;
using System.Text;

namespace PixieOrleans.Protocols.Redis;

/// <summary>The part that gives arguments their names.</summary>
internal sealed partial class RedisCommandText
{
    private const int MaxOptionBytes = 64; // of a word and its value, written as one

    private readonly byte[] _option = new byte[MaxOptionBytes];
    private int _optionBytes; // of the word that waits for its value
    private RedisArgument? _list; // the one being written
    private long _listWords; // of it to come
    private long _listIndex; // words of it written
    private long _keys; // words of a split before its values
    private long _number; // value of the argument before

    private static ReadOnlySpan<byte> KeysThenValues => "],\"value\":["u8;

    private void AddNamed(ReadOnlySpan<byte> word)
    {
        if (_listWords > 0)
        {
            AddToList(word);
            return;
        }

        var argument = Select();
        switch (argument.Kind)
        {
            case RedisArgumentKind.Fixed or RedisArgumentKind.Optional:
                BeginProperty(argument.Name.AsSpan());
                _text.AppendJsonString(word);
                _number = Utf8Parser.TryParse(word, out long number, out var used) && used == word.Length ? number : -1;
                break;
            case RedisArgumentKind.Pairs:
                BeginProperty(PairName(word));
                (_list, _listWords) = (argument, 1);
                break;
            default:
                BeginList(argument);
                AddToList(word);
                break;
        }
    }

    // The argument that the next word is for.
    private RedisArgument Select()
    {
        while (true)
        {
            var argument = Command!.Arguments[_argument];
            if (argument.Kind == RedisArgumentKind.Pairs)
            {
                return argument; // as often as words are left
            }

            _argument++;
            if (argument.Kind == RedisArgumentKind.Optional && _extra > 0)
            {
                _extra--;
                return argument;
            }

            if (argument.Kind != RedisArgumentKind.Optional && argument.Required + _extra > 0)
            {
                return argument;
            }
        }
    }

    private void BeginList(RedisArgument argument)
    {
        var isSplit = argument.Kind == RedisArgumentKind.Split;
        BeginProperty(isSplit ? "key"u8 : argument.Name.AsSpan());
        _text.Append("["u8);
        (_list, _listIndex, _listWords) = (argument, 0, argument.Required + _extra);
        _keys = _number >= 0 && _number <= _listWords ? _number : _listWords / 2;
        _extra = 0;
    }

    private void AddToList(ReadOnlySpan<byte> word)
    {
        _listWords--;
        switch (_list!.Kind)
        {
            case RedisArgumentKind.Pairs:
                _text.AppendJsonString(word);
                return;
            case RedisArgumentKind.Options:
                AddOption(word);
                break;
            default:
                AddElement(word);
                break;
        }

        _listIndex++;
        if (_listWords == 0)
        {
            _text.Append(_list.Kind == RedisArgumentKind.Split && _keys == _listIndex ? KeysThenValues : default);
            _text.Append("]"u8);
        }
    }

    private void AddElement(ReadOnlySpan<byte> word)
    {
        var isValues = _list!.Kind == RedisArgumentKind.Split && _listIndex == _keys;
        _text.Append(isValues ? KeysThenValues : _listIndex > 0 ? ","u8 : default);
        var fields = _list.Fields;
        if (fields.Length < 2)
        {
            _text.AppendJsonString(word);
            return;
        }

        _text.Append("{\""u8);
        _text.Append(fields[(int)(_listIndex % fields.Length)].AsSpan());
        _text.Append("\":"u8);
        _text.AppendJsonString(word);
        _text.Append("}"u8);
    }

    // A word and its value are one option: "EX 10".
    private void AddOption(ReadOnlySpan<byte> word)
    {
        if (_optionBytes > 0)
        {
            word = word[..Math.Min(word.Length, _option.Length - _optionBytes)];
            word.CopyTo(_option.AsSpan(_optionBytes));
            _text.AppendJsonString(_option.AsSpan(0, _optionBytes + word.Length));
            _optionBytes = 0;
            return;
        }

        _text.Append(_listIndex > 0 ? ","u8 : default);
        if (_listWords > 0 && HasValue(word))
        {
            word.CopyTo(_option);
            _option[word.Length] = (byte)' ';
            _optionBytes = word.Length + 1;
            return;
        }

        _text.AppendJsonString(word);
    }

    // After the last word: lists that must be there and had none.
    private void EndNamed()
    {
        if (_argument < Command!.Arguments.Length)
        {
            var argument = Command.Arguments[^1];
            if (argument.Kind == RedisArgumentKind.Options)
            {
                BeginProperty(argument.Name.AsSpan());
                _text.Append("[]"u8);
            }
            else if (argument.Kind == RedisArgumentKind.Split)
            {
                BeginProperty("key"u8);
                _text.Append("[],\"value\":[]"u8);
            }
        }

        _text.Append("}"u8);
    }

    private void BeginProperty(ReadOnlySpan<byte> name)
    {
        _text.Append(_written > 0 ? ",\""u8 : "\""u8);
        _text.Append(name);
        _text.Append("\":"u8);
    }

    private static bool HasValue(ReadOnlySpan<byte> word) =>
        Ascii.EqualsIgnoreCase(word, "EX"u8) || Ascii.EqualsIgnoreCase(word, "PX"u8)
        || Ascii.EqualsIgnoreCase(word, "EXAT"u8) || Ascii.EqualsIgnoreCase(word, "PXAT"u8);

    // What the words of the SCAN family are about; a word that none of them has is left unnamed.
    private static ReadOnlySpan<byte> PairName(ReadOnlySpan<byte> word) =>
        Ascii.EqualsIgnoreCase(word, "MATCH"u8) ? "pattern"u8
        : Ascii.EqualsIgnoreCase(word, "COUNT"u8) ? "count"u8
        : Ascii.EqualsIgnoreCase(word, "TYPE"u8) ? "type"u8
        : "option"u8;
}
