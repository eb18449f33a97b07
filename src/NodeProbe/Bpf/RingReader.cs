using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Bpf;

/// <summary>Takes the records of a ring, in order, on the thread that drains.</summary>
internal interface IRingRecordConsumer
{
    /// <summary>One record; the bytes are the kernel's and gone on return.</summary>
    void OnRecord(ReadOnlySpan<byte> record);
}

/// <summary>A BPF ring buffer, mapped and read without system calls. One thread drains it at a time.</summary>
/// <remarks>
/// Layout (kernel/bpf/ringbuf.c): one page with the consumer's position, one with the producer's, then the
/// data mapped twice in a row, so that a record is never split. A record: uint32 length with bit 31 busy and
/// bit 30 discarded, uint32 page offset, then the bytes, padded to 8.
/// </remarks>
internal sealed unsafe class RingReader : IDisposable
{
    private const uint BusyBit = 1u << 31;
    private const uint DiscardBit = 1u << 30;
    private const int RecordHeaderBytes = 8;
    private const int PublishEvery = 64; // records; the kernel sees free room that late
    private readonly KernelFdHandle _ring;
    private readonly nuint _mappedBytes;
    private readonly ulong _mask;
    private ulong* _consumer;
    private ulong* _producer;
    private byte* _data;

    private RingReader(KernelFdHandle ring, int bytes)
    {
        _ring = ring;
        _mask = (ulong)bytes - 1;
        var page = Environment.SystemPageSize;
        _mappedBytes = (nuint)(page + (2L * bytes));
        _consumer = (ulong*)Map((nuint)page, LibC.ProtRead | LibC.ProtWrite, 0);
        _producer = (ulong*)Map(_mappedBytes, LibC.ProtRead, page);
        _data = (byte*)_producer + page;
    }

    /// <summary>Descriptor of the ring, borrowed.</summary>
    internal int Fd => _ring.Fd;

    /// <summary>Bytes written and not yet drained.</summary>
    internal long PendingBytes => (long)(Volatile.Read(ref *_producer) - Volatile.Read(ref *_consumer));

    /// <summary>Creates a ring of <paramref name="bytes"/>, a power of two of at least a page, and maps it.</summary>
    internal static RingReader Create(string name, int bytes)
    {
        const uint RingMapType = 27;
        var fd = LibBpf.CreateMap(RingMapType, name, 0, 0, (uint)bytes, 0);
        BpfException.ThrowIfNegative(fd, "bpf_map_create", $"ring {name}, {bytes} bytes");
        return Map(new KernelFdHandle(fd), bytes);
    }

    /// <summary>Maps a ring of <paramref name="bytes"/> that an object has made; its descriptor is borrowed.</summary>
    internal static RingReader Of(int ring, int bytes) => Map(
        BpfException.ThrowIfInvalid(new KernelFdHandle(LibC.Duplicate(ring)), "dup", "ring"), bytes);

    /// <summary>Hands over at most <paramref name="maxRecords"/> records; returns how many.</summary>
    internal int Drain<TConsumer>(ref TConsumer consumer, int maxRecords)
        where TConsumer : IRingRecordConsumer, allows ref struct
    {
        var position = *_consumer;
        var produced = Volatile.Read(ref *_producer);
        var records = 0;
        try
        {
            while (position < produced && records < maxRecords)
            {
                var record = _data + (position & _mask);
                var head = Volatile.Read(ref *(uint*)record);
                if ((head & BusyBit) != 0)
                {
                    break; // reserved, not yet filled; what follows must wait for the order's sake
                }

                var length = head & ~DiscardBit;
                position += (length + RecordHeaderBytes + 7) & ~7u;
                if ((head & DiscardBit) == 0)
                {
                    consumer.OnRecord(new ReadOnlySpan<byte>(record + RecordHeaderBytes, (int)length));
                }

                if (++records % PublishEvery == 0)
                {
                    Volatile.Write(ref *_consumer, position);
                }
            }
        }
        finally
        {
            Volatile.Write(ref *_consumer, position);
        }

        return records;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_consumer != null)
        {
            _ = LibC.Unmap((nint)_consumer, (nuint)Environment.SystemPageSize);
            _ = LibC.Unmap((nint)_producer, _mappedBytes);
            _consumer = null;
            _producer = null;
            _data = null;
        }

        _ring.Dispose();
    }

    private static RingReader Map(KernelFdHandle ring, int bytes)
    {
        try
        {
            return new RingReader(ring, bytes);
        }
        catch
        {
            ring.Dispose(); // no half-made reader keeps a ring
            throw;
        }
    }

    private nint Map(nuint bytes, int protection, long offset)
    {
        var address = LibC.Map(0, bytes, protection, LibC.MapShared, _ring.Fd, offset);
        return address != -1 ? address
            : throw BpfException.Of("mmap", $"ring, offset {offset}", Marshal.GetLastPInvokeError());
    }
}
