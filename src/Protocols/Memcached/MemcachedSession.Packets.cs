using System.Buffers.Binary;
using System.Globalization;
using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Memcached;

/// <summary>The part that reads answers of the binary protocol.</summary>
internal sealed partial class MemcachedSession
{
    private uint _lastOpaque;
    private bool _seesOpaques; // one was seen
    private bool _opaquesRepeat; // the client does not number its requests

    private void SeeOpaque(MemcachedRequest request)
    {
        if (_isBinary)
        {
            _opaquesRepeat |= _seesOpaques && _lastOpaque == request.Opaque;
            (_lastOpaque, _seesOpaques) = (request.Opaque, true);
        }
    }

    private bool OnAnswerPacket(in Frame frame)
    {
        _order.See(frame.TimeNs);
        var packet = MemcachedPacket.Parse(frame.Bytes);
        if (packet.Opcode.Kind == MemcachedKind.Stats && packet.Status == 0 && !packet.Key.IsEmpty)
        {
            _answer.AddPair(packet.Key, packet.Value); // one of several: the last has no name
            return true;
        }

        if (TakeAnswered(packet, frame.TimeNs) is not { } request)
        {
            Context.Counters.ResponsesWithoutRequest++;
        }
        else
        {
            AddAnswer(packet, request);
            Finish(request, MemcachedOpcode.StatusOf(request.Kind, packet.Status), _answer, frame.TimeNs);
        }

        _answer.Clear();
        return true;
    }

    private void AddAnswer(in MemcachedPacket packet, MemcachedRequest request)
    {
        if (packet.Status == 0 && request.Kind == MemcachedKind.Get)
        {
            _answer.AddItem(default, packet.Value, packet.ValueBytes, named: false);
        }
        else if (packet.Status == 0 && request.Kind == MemcachedKind.Arithmetic && packet.Value.Length == sizeof(ulong))
        {
            Span<byte> digits = stackalloc byte[20];
            var number = BinaryPrimitives.ReadUInt64BigEndian(packet.Value);
            number.TryFormat(digits, out var written, default, CultureInfo.InvariantCulture);
            _answer.AddText(digits[..written]);
        }
        else if (packet.Opcode.IsSecret && packet.ValueBytes > 0)
        {
            _answer.AddText("[REMOVED]"u8);
        }
        else if (!_answer.IsOpen && !(packet.Status == 1 && request.Kind == MemcachedKind.Get))
        {
            _answer.AddText(packet.Value, isCut: packet.Value.Length < packet.ValueBytes);
        }
    }

    // The oldest of this command and number. Numbers that repeat tell nothing while the order is in doubt.
    private MemcachedRequest? TakeAnswered(in MemcachedPacket packet, long timeNs)
    {
        if (_opaquesRepeat && _pending.Count > 0 && !IsInOrder(timeNs))
        {
            return null;
        }

        for (var request = _pending.Oldest; request is not null; request = (MemcachedRequest?)request.Newer)
        {
            if (request.Opcode == packet.Opcode.Code && request.Opaque == packet.Opaque)
            {
                FinishUpTo(request, timeNs);
                _pending.Remove(request);
                return request;
            }
        }

        return null;
    }
}
