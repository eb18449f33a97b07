namespace PixieOrleans.Cli.Query;

/// <summary>What an answer is missing.</summary>
internal sealed record Completeness(bool Complete, NodeCompleteness[] Nodes)
{
    /// <summary>One line that says what is missing; null when nothing is.</summary>
    public string? ToText()
    {
        if (Complete)
        {
            return null;
        }

        var gaps = Nodes.SelectMany(node => node.Gaps()).DefaultIfEmpty("the silo does not say what is missing");
        return "incomplete: " + string.Join("; ", gaps);
    }
}

/// <summary>What one node's share of an answer is missing.</summary>
internal sealed record NodeCompleteness(
    string Node, bool Answered, string? Error, LostEvents? Lost, long Truncated, long RowsExpired)
{
    /// <summary>One text per thing that is missing.</summary>
    public IEnumerable<string> Gaps()
    {
        if (!Answered)
        {
            yield return $"{Node} did not answer{(string.IsNullOrEmpty(Error) ? "" : $" ({Error})")}";
            yield break;
        }

        if (!string.IsNullOrEmpty(Error))
        {
            yield return $"{Node}: {Error}";
        }

        foreach (var (count, what) in Counts())
        {
            if (count > 0)
            {
                yield return $"{count} {what} on {Node}";
            }
        }
    }

    private IEnumerable<(long Count, string What)> Counts() =>
    [
        (Lost?.Kernel ?? 0, "events lost in kernel"),
        (Lost?.Ring ?? 0, "events lost in ring"),
        (Lost?.Parser ?? 0, "events lost in parser"),
        (Lost?.Unclassified ?? 0, "events of unknown protocol"),
        (Truncated, "values truncated"),
        (RowsExpired, "rows expired"),
    ];
}

/// <summary>Lost events by place.</summary>
internal sealed record LostEvents(long Kernel, long Ring, long Parser, long Unclassified);
