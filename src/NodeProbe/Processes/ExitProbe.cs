using System.Runtime.InteropServices;
using PixieOrleans.NodeProbe.Bpf;

namespace PixieOrleans.NodeProbe.Processes;

/// <summary>Takes processes that have ended, in the order of their ends.</summary>
internal interface IExitConsumer
{
    /// <summary>One process.</summary>
    void OnExit(in ExitRecord exit);
}

/// <summary>The loaded and attached hook on the ends of processes. Used by one thread.</summary>
internal sealed class ExitProbe : IDisposable
{
    private const string RingMap = "pxo_exits";
    private const string LostMap = "pxo_exits_lost";

    private readonly BpfObject _object;
    private readonly RingReader _ring;
    private readonly BpfMap<uint, long> _lost;

    private ExitProbe(BpfObject loaded, int ringBytes)
    {
        _object = loaded;
        _ring = RingReader.Of(loaded.MapFd(RingMap), ringBytes);
        _lost = new BpfMap<uint, long>(loaded.MapFd(LostMap), LostMap);
    }

    /// <summary>Exits that found the ring full.</summary>
    internal long Lost => _lost.TryGet(0, out var lost) ? lost : 0;

    /// <summary>Loads and attaches.</summary>
    /// <param name="ringBytes">Room for exits between two drains, 48 bytes each; a power of two from 4,096.</param>
    /// <exception cref="BpfException">The kernel does not let it.</exception>
    internal static ExitProbe Open(int ringBytes)
    {
        var opened = BpfObject.Open("exits");
        try
        {
            opened.SetMaxEntries(RingMap, (uint)ringBytes);
            opened.Load();
            var probe = new ExitProbe(opened, ringBytes);
            opened.Attach(opened.Programs[0]);
            return probe;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Hands over what has ended since.</summary>
    internal int Drain(IExitConsumer consumer)
    {
        var dispatch = new Dispatch(consumer);
        return _ring.Drain(ref dispatch, int.MaxValue);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _object.Dispose();
        _ring.Dispose();
    }

    private readonly ref struct Dispatch(IExitConsumer consumer) : IRingRecordConsumer
    {
        public void OnRecord(ReadOnlySpan<byte> record) => consumer.OnExit(in MemoryMarshal.AsRef<ExitRecord>(record));
    }
}
