using System.Text;
using System.Text.Json;
using PixieOrleans.Model;

namespace PixieOrleans.NodeProbe.Status;

/// <summary>Writes rows of probe_status and stirling_error. Used by one thread.</summary>
/// <param name="self">This process.</param>
/// <param name="probeRows">Writer of probe_status.</param>
/// <param name="errorRows">Writer of stirling_error.</param>
internal sealed class StatusWriter(Upid self, IRowWriter probeRows, IRowWriter errorRows)
{
    /// <summary>Writes a row of probe_status, about this process or another one.</summary>
    public void WriteProbe(
        long nowNs,
        string source,
        string tracepoint,
        StatusCode status,
        string error,
        IReadOnlyDictionary<string, object>? info = null,
        Upid? process = null)
    {
        probeRows.WriteInt64(nowNs);
        probeRows.WriteUInt128((process ?? self).ToUInt128());
        Write(probeRows, source);
        Write(probeRows, tracepoint);
        probeRows.WriteInt64((long)status);
        Write(probeRows, error);
        Write(probeRows, info is null ? "{}" : JsonSerializer.Serialize(info));
        probeRows.EndRow();
    }

    /// <summary>Writes a row of stirling_error.</summary>
    public void WriteError(long nowNs, string source, StatusCode status, string error, string context)
    {
        errorRows.WriteInt64(nowNs);
        errorRows.WriteUInt128(self.ToUInt128());
        Write(errorRows, source);
        errorRows.WriteInt64((long)status);
        Write(errorRows, error);
        Write(errorRows, context);
        errorRows.EndRow();
    }

    private static void Write(IRowWriter rows, string text) => rows.WriteString(Encoding.UTF8.GetBytes(text));
}
