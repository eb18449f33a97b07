using System.Threading.Channels;
using PixieOrleans.Grains.Interfaces.Nodes;

namespace PixieOrleans.Grains.Fragments;

/// <summary>One fragment between its worker, which writes parts, and its reader.</summary>
internal sealed class FragmentJob : IDisposable
{
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _cancel;
    private readonly Channel<FragmentPart> _parts;
    private readonly TimeProvider _time;
    private readonly long _received;
    private volatile bool _cancelled;

    public FragmentJob(FragmentRequest request, int maxWaitingBlocks, TimeProvider time)
    {
        Request = request;
        _time = time;
        _received = time.GetTimestamp();
        _timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(request.TimeoutMs), time);
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(_timeout.Token);
        Token = _cancel.Token;
        _parts = Channel.CreateBounded<FragmentPart>(
            new BoundedChannelOptions(maxWaitingBlocks) { SingleReader = true, SingleWriter = true });
    }

    public FragmentRequest Request { get; }

    /// <summary>Ends the scan: the reader left, or the fragment's own time is up.</summary>
    public CancellationToken Token { get; }

    public ChannelReader<FragmentPart> Parts => _parts.Reader;

    public bool TimedOut => !_cancelled;

    public long ElapsedNs => (long)(_time.GetElapsedTime(_received).TotalMilliseconds * 1e6);

    /// <summary>Called by the reader, also after the worker's end.</summary>
    public void Cancel()
    {
        _cancelled = true;
        try
        {
            _cancel.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // the worker ended before
        }
    }

    /// <summary>Called by the worker; waits while too many blocks wait to be fetched.</summary>
    public void Write(FragmentPart part)
    {
        while (!_parts.Writer.TryWrite(part))
        {
            // Blocks a worker's own thread, never a grain's turn or the pool's.
            if (!_parts.Writer.WaitToWriteAsync(Token).AsTask().GetAwaiter().GetResult())
            {
                throw new OperationCanceledException(Token);
            }
        }
    }

    /// <summary>Called by the worker as its last step; a reader that left does not see the summary.</summary>
    public void Finish(FragmentSummary summary)
    {
        try
        {
            Write(summary);
        }
        catch (OperationCanceledException)
        {
            // nobody waits for it, or nobody fetched a block in the fragment's whole time
        }

        _parts.Writer.TryComplete();
    }

    public void Dispose()
    {
        _cancel.Dispose();
        _timeout.Dispose();
    }
}
