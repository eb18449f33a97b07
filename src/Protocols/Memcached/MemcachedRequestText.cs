using System.Buffers.Binary;
using System.Globalization;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Memcached;

/// <summary>Makes requests of lines and of binary messages.</summary>
internal sealed class MemcachedRequestText(FramingOptions options, SessionCounters counters)
{
    private const int MaxTagBytes = 256; // "k" and a key, "O" and an opaque of at most 32 bytes

    private readonly SessionCounters _counters = counters;
    private readonly int _bodyLimit = options.BodyLimitBytes;
    private readonly CellText _keys = new(options.TextLimitBytes);
    private readonly CellText _arguments = new(options.TextLimitBytes);
    private readonly CellText _body = new(options.BodyLimitBytes);
    private readonly byte[] _tag = new byte[MaxTagBytes];
    private int _keyTagBytes;
    private int _tagBytes;
    private bool _tagIsOpaque;
    private bool _inList; // the last argument is a list that goes on

    /// <summary>Bytes of memory held.</summary>
    public long RetainedBytes => _keys.RetainedBytes + _arguments.RetainedBytes + _body.RetainedBytes;

    private static ReadOnlySpan<byte> NoReply => "noreply"u8;

    /// <summary>Gives the memory back.</summary>
    public void Release()
    {
        _keys.Release();
        _arguments.Release();
        _body.Release();
    }

    /// <summary>A request of a line and the value behind it.</summary>
    public MemcachedRequest ReadLine(in Frame frame)
    {
        var line = MemcachedLine.Split(frame.Bytes, out var start);
        var rest = line;
        var name = MemcachedLine.Next(ref rest);
        var command = MemcachedCommand.Find(name);
        var request = Begin(frame);
        (request.Name, request.Kind) = (command?.Utf8 ?? name.ToArray(), command?.Kind ?? MemcachedKind.Other);
        AddWords(request, command, rest);
        if (MemcachedLine.ValueBytesOfRequest(line) is { } bytes)
        {
            request.BodyBytes = (long)bytes;
            var value = frame.Bytes[start..];
            AddBody(value[..(int)Math.Min((ulong)value.Length, bytes)], (long)bytes);
        }

        return Finish(request);
    }

    /// <summary>A request of a binary message.</summary>
    public MemcachedRequest ReadPacket(in Frame frame)
    {
        var packet = MemcachedPacket.Parse(frame.Bytes);
        var opcode = packet.Opcode;
        var request = Begin(frame);
        (request.Name, request.Kind) = (opcode.NameUtf8, opcode.Kind);
        (request.Opcode, request.Opaque, request.IsQuiet) = (opcode.Code, packet.Opaque, opcode.IsQuiet);
        var extras = packet.Extras;
        for (var i = 0; i < opcode.Extras.Length && extras.Length >= opcode.Extras[i].Bytes; i++)
        {
            var number = opcode.Extras[i].Bytes == sizeof(uint)
                ? BinaryPrimitives.ReadUInt32BigEndian(extras)
                : BinaryPrimitives.ReadUInt64BigEndian(extras);
            AddNumber(opcode.ExtraNames[i], number);
            extras = extras[opcode.Extras[i].Bytes..];
        }

        if (packet.Cas != 0)
        {
            AddNumber("cas"u8, packet.Cas);
        }

        if (opcode.IsQuiet)
        {
            AddNoReply();
        }

        if (!packet.Key.IsEmpty)
        {
            AddKey(request, packet.Key);
        }

        request.BodyBytes = packet.ValueBytes;
        if (packet.ValueBytes > 0)
        {
            AddBody(opcode.IsSecret ? "[REMOVED]"u8 : packet.Value, opcode.IsSecret ? 0 : packet.ValueBytes);
        }

        return Finish(request);
    }

    private MemcachedRequest Begin(in Frame frame)
    {
        _keys.Clear();
        _arguments.Clear();
        _body.Clear();
        (_tagBytes, _tagIsOpaque, _inList) = (0, false, false);
        var request = RequestPool<MemcachedRequest>.Rent();
        (request.TimeNs, request.StartNs) = (frame.TimeNs, frame.StartNs);
        return request;
    }

    private MemcachedRequest Finish(MemcachedRequest request)
    {
        _arguments.Append(_inList ? "]"u8 : default);
        _arguments.Append(_arguments.IsEmpty ? "{}"u8 : "}"u8);
        request.SetTexts(
            _keys.Finish(_counters), _arguments.FinishJson(_counters), _body.Finish(_counters),
            _tag.AsSpan(0, _tagBytes));
        return request;
    }

    private void AddWords(MemcachedRequest request, MemcachedCommand? command, ReadOnlySpan<byte> rest)
    {
        var names = command is null ? [] : command.WordNames;
        var at = 0;
        for (var word = MemcachedLine.Next(ref rest); !word.IsEmpty;)
        {
            var next = MemcachedLine.Next(ref rest);
            if (next.IsEmpty && command is { MayBeQuiet: true } && word.SequenceEqual(NoReply))
            {
                request.IsQuiet = true;
                AddNoReply();
                return;
            }

            var name = at < names.Length ? names[at] : "args..."u8;
            AddWord(request, name, word);
            at += name.SequenceEqual("keys"u8) || name.EndsWith("..."u8) ? 0 : 1;
            word = next;
        }
    }

    private void AddWord(MemcachedRequest request, ReadOnlySpan<byte> name, ReadOnlySpan<byte> word)
    {
        if (name.StartsWith("key"u8))
        {
            AddKey(request, word);
        }
        else if (name.EndsWith("..."u8))
        {
            AddFlag(request, word);
            AddListed(name[..^3], word);
        }
        else if (!name.SequenceEqual("size"u8))
        {
            AddName(name);
            _arguments.AppendJsonString(word);
        }
    }

    private void AddKey(MemcachedRequest request, ReadOnlySpan<byte> key)
    {
        _keys.Append(request.KeyCount > 0 ? " "u8 : default);
        _keys.AppendText(key);
        request.KeyCount++;
        key = key[..Math.Min(key.Length, MaxTagBytes - 1)];
        _tag[0] = (byte)'k';
        key.CopyTo(_tag.AsSpan(1));
        _keyTagBytes = key.Length + 1;
    }

    // Flags of meta commands: whether a usual answer is left out, and what the answer brings back.
    private void AddFlag(MemcachedRequest request, ReadOnlySpan<byte> flag)
    {
        if ((request.Kind & MemcachedKind.Meta) == 0)
        {
            return;
        }

        request.IsQuiet |= flag is [(byte)'q'];
        if (flag is [(byte)'k'] && !_tagIsOpaque && request.KeyCount > 0)
        {
            _tagBytes = _keyTagBytes;
        }
        else if (flag is [(byte)'O', ..])
        {
            (_tagIsOpaque, _tagBytes) = (true, Math.Min(flag.Length, MaxTagBytes));
            flag[.._tagBytes].CopyTo(_tag);
        }
    }

    private void AddListed(ReadOnlySpan<byte> name, ReadOnlySpan<byte> word)
    {
        if (!_inList)
        {
            AddName(name);
            _arguments.Append("["u8);
        }

        _arguments.Append(_inList ? ","u8 : default);
        _inList = true;
        _arguments.AppendJsonString(word);
    }

    private void AddNumber(ReadOnlySpan<byte> name, ulong number)
    {
        Span<byte> digits = stackalloc byte[20];
        number.TryFormat(digits, out var written, default, CultureInfo.InvariantCulture);
        AddName(name);
        _arguments.AppendJsonString(digits[..written]);
    }

    private void AddNoReply()
    {
        _arguments.Append(_inList ? "]"u8 : default);
        _inList = false;
        AddName(NoReply);
        _arguments.Append("true"u8);
    }

    private void AddName(ReadOnlySpan<byte> name)
    {
        _arguments.Append(_arguments.IsEmpty ? "{\""u8 : ",\""u8);
        _arguments.Append(name);
        _arguments.Append("\":"u8);
    }

    private void AddBody(ReadOnlySpan<byte> value, long bytes)
    {
        _body.AppendText(MemcachedAnswer.Shown(value, _bodyLimit));
        if (value.Length < bytes)
        {
            _body.MarkCut();
        }
    }
}
