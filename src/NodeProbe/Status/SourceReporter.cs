using PixieOrleans.NodeProbe.Sources;

namespace PixieOrleans.NodeProbe.Status;

/// <summary>
/// Rows of probe_status and stirling_error about sources: at the start, and when one fails later. Used by one thread.
/// </summary>
internal sealed class SourceReporter(StatusWriter rows)
{
    private readonly HashSet<string> _failed = [];

    /// <summary>Reports the outcome of a start.</summary>
    public void ReportStart(SourceRun source, long nowNs)
    {
        var found = source.Found;
        foreach (var hook in found.Hooks)
        {
            rows.WriteProbe(
                nowNs,
                source.Entry.Name,
                hook.Syscall,
                hook.Attached ? StatusCode.Ok : StatusCode.Unimplemented,
                hook.Error ?? "",
                new Dictionary<string, object> { ["kind"] = hook.Kind.ToString() });
        }

        var (state, error, detail) = source.State;
        var info = new Dictionary<string, object> { ["state"] = state.ToString() };
        var note = source.DisabledBy.Length > 0 ? source.DisabledBy : found.Note;
        if (note.Length > 0)
        {
            info["note"] = note;
        }

        foreach (var capability in found.Capabilities)
        {
            info[capability.Name] = capability.Reason ?? capability.State.ToString();
        }

        var code = state == SourceState.Failed ? StatusCode.Internal : StatusCode.Ok;
        rows.WriteProbe(nowNs, source.Entry.Name, "", code, error, info);
        rows.WriteError(nowNs, source.Entry.Name, code, detail, "Init");
        if (state == SourceState.Failed)
        {
            _failed.Add(source.Entry.Name);
        }
    }

    /// <summary>Reports a source that has failed since; true once.</summary>
    public bool ReportFault(SourceRun source, long nowNs)
    {
        var (state, error, detail) = source.State;
        if (state != SourceState.Failed || !_failed.Add(source.Entry.Name))
        {
            return false;
        }

        var info = new Dictionary<string, object> { ["state"] = state.ToString() };
        rows.WriteProbe(nowNs, source.Entry.Name, "", StatusCode.Internal, error, info);
        rows.WriteError(nowNs, source.Entry.Name, StatusCode.Internal, detail, "Run");
        return true;
    }

    /// <summary>Reports what sources could not do for some process.</summary>
    public void ReportNotices(SourceNotices notices, long nowNs)
    {
        while (notices.TryTake(out var notice))
        {
            var info = new Dictionary<string, object> { ["pid"] = notice.ProcessId };
            rows.WriteProbe(nowNs, notice.Source, "", StatusCode.Internal, notice.Error, info);
        }
    }
}
