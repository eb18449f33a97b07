using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Redis;

/// <summary>
/// What is known of the order of replies. Replies carry no number: as long as no byte is lost they come in the order of
/// the commands. After a loss a client that waits for each reply makes it clear again; with one that sends ahead only
/// silence does.
/// </summary>
internal sealed class RedisOrder(bool midstream)
{
    private const long QuietNs = 1_000_000_000; // nothing under way is expected to take longer

    private bool _inDoubt = midstream;
    private bool _lost; // doubt because of bytes that were lost
    private bool _sendsAhead; // commands were sent before the replies to earlier ones
    private bool _answered; // a reply was matched
    private long _lastNs; // of the newest message

    /// <summary>What a reply answers.</summary>
    public enum Answers : byte
    {
        /// <summary>The oldest command.</summary>
        Oldest,

        /// <summary>The newest command; replies to those before were lost.</summary>
        Newest,

        /// <summary>Nobody knows.</summary>
        None,
    }

    /// <summary>Replies that commands given up may still get.</summary>
    public long Owed { get; set; }

    /// <summary>Bytes were lost.</summary>
    public void Lose(long timeNs)
    {
        (_inDoubt, _lost, Owed) = (true, true, 0);
        See(timeNs);
    }

    /// <summary>A message passed.</summary>
    public void See(long timeNs) => _lastNs = Math.Max(_lastNs, timeNs);

    /// <summary>True when a command ends a doubt: it follows silence, what waits gets no reply any more.</summary>
    public bool IsSettled(long startNs)
    {
        if (!_inDoubt || _lastNs == 0 || startNs - _lastNs < QuietNs)
        {
            return false;
        }

        (_inDoubt, _lost) = (false, false);
        return true;
    }

    /// <summary>What the next reply answers.</summary>
    public Answers Judge(PendingRequests<RedisRequest> pending)
    {
        if (!_inDoubt)
        {
            (_sendsAhead, _answered) = (_sendsAhead || pending.Count > 1, true);
            return Answers.Oldest;
        }

        // Two may wait when the reply to the first was lost, if the second was sent later.
        var waits = pending.Count == 1
            || (_lost && _answered && pending.Count == 2 && pending.Newest!.StartNs > pending.Oldest!.TimeNs);
        if (_sendsAhead || !waits)
        {
            _sendsAhead = true;
            return Answers.None;
        }

        (_inDoubt, _lost, _answered) = (false, false, true);
        return Answers.Newest;
    }
}
