namespace PixieOrleans.Protocols.Framing;

/// <summary>
/// What is known of the order of answers that carry no number: as long as no byte is lost they come in the order of the
/// requests. After a loss a client that waits for each answer makes it clear again; with one that sends ahead only
/// silence does.
/// </summary>
internal sealed class AnswerOrder(bool midstream)
{
    private const long QuietNs = 1_000_000_000; // nothing under way is expected to take longer

    private bool _inDoubt = midstream;
    private bool _lost; // doubt because of bytes that were lost
    private bool _lostAnswers; // since the last match
    private bool _lostRequests; // since the last match
    private long _answersLostNs; // the last time
    private bool _sendsAhead; // requests were sent before the answers to earlier ones
    private bool _answered; // an answer was matched
    private long _lastNs; // of the newest message

    /// <summary>What an answer belongs to.</summary>
    public enum Match : byte
    {
        /// <summary>The oldest request.</summary>
        Oldest,

        /// <summary>The newest request; answers to those before were lost.</summary>
        Newest,

        /// <summary>Nobody knows.</summary>
        None,
    }

    /// <summary>Answers that requests given up may still get.</summary>
    public long Owed { get; set; }

    /// <summary>Bytes were lost, of answers or of requests.</summary>
    public void Lose(long timeNs, bool ofAnswers)
    {
        (_inDoubt, _lost, Owed) = (true, true, 0);
        _lostAnswers |= ofAnswers;
        _answersLostNs = ofAnswers ? Math.Max(_answersLostNs, timeNs) : _answersLostNs;
        _lostRequests |= !ofAnswers;
        See(timeNs);
    }

    /// <summary>A message passed.</summary>
    public void See(long timeNs) => _lastNs = Math.Max(_lastNs, timeNs);

    /// <summary>True when a request ends a doubt: it follows silence, what waits gets no answer any more.</summary>
    public bool IsSettled(long startNs)
    {
        if (!_inDoubt || _lastNs == 0 || startNs - _lastNs < QuietNs)
        {
            return false;
        }

        End();
        return true;
    }

    /// <summary>What the next answer belongs to.</summary>
    public Match Judge<T>(PendingRequests<T> pending)
        where T : PendingRequest
    {
        if (!_inDoubt)
        {
            (_sendsAhead, _answered) = (_sendsAhead || pending.Count > 1, true);
            return Match.Oldest;
        }

        // The answer to one that waits alone is what was lost, unless it was sent later, or requests before were lost
        // too. Two may wait when the answer to the first was lost, if the second was sent later.
        var waits = (pending.Count == 1
                && (!_lostAnswers || _lostRequests || pending.Oldest!.StartNs > _answersLostNs))
            || (_lost && _answered && pending.Count == 2 && pending.Newest!.StartNs > pending.Oldest!.TimeNs);
        if (_sendsAhead || !waits)
        {
            _sendsAhead |= pending.Count > 1;
            (_lostAnswers, _lostRequests) = (false, false);
            return Match.None;
        }

        End();
        _answered = true;
        return Match.Newest;
    }

    private void End() => (_inDoubt, _lost, _lostAnswers, _lostRequests) = (false, false, false, false);
}
