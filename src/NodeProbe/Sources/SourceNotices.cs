using System.Collections.Concurrent;

namespace PixieOrleans.NodeProbe.Sources;

/// <summary>What a source could not do for one process.</summary>
/// <param name="Source">Name of the source.</param>
/// <param name="ProcessId">The process.</param>
/// <param name="Error">Why.</param>
internal readonly record struct SourceNotice(string Source, uint ProcessId, string Error);

/// <summary>
/// Notices on their way from the sources' threads to the node's, which writes them into probe_status. Bound:
/// <see cref="MaxWaiting"/>; what is beyond is only counted, in the source's losses.
/// </summary>
internal sealed class SourceNotices
{
    private const int MaxWaiting = 256;

    private readonly ConcurrentQueue<SourceNotice> _waiting = new();

    /// <summary>Puts a notice; by any thread.</summary>
    public void Add(SourceNotice notice)
    {
        if (_waiting.Count < MaxWaiting)
        {
            _waiting.Enqueue(notice);
        }
    }

    /// <summary>Takes a notice.</summary>
    public bool TryTake(out SourceNotice notice) => _waiting.TryDequeue(out notice);
}
