using System.Globalization;
using System.Text;
using PixieOrleans.Model;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Replay.Tests;

/// <summary>A capture after its replay.</summary>
internal sealed class Replayed
{
    private readonly CaptureReplay _replay;

    private Replayed(byte[] file, ReplayOptions options)
    {
        _replay = new CaptureReplay(options);
        Summary = _replay.Run(new MemoryStream(file), null, TestContext.Current.CancellationToken);
    }

    public ReplaySummary Summary { get; }

    public Tables.Store.TableStore Store => _replay.Store;

    public Model.Entities.EntitySnapshot Entities => _replay.Entities;

    public static Replayed Of(byte[] file, ReplayOptions? options = null) => new(file, options ?? new ReplayOptions());

    public static Replayed Of(IEnumerable<Packet> packets) => Of(Recording.ToPcap(packets));

    /// <summary>A recording of the folder Captures.</summary>
    public static Replayed Of(string name) => Of(Recording.Bytes(name));

    /// <summary>The chosen columns of the rows of servers, separated by "|", in the order of their ports and times.
    /// </summary>
    public List<string> Rows(string table, params string[] columns)
    {
        var lines = new List<(long Port, long Time, string Text)>();
        string[] all = ["remote_port", "time_", "trace_role", .. columns];
        foreach (var batch in Store.Snapshot(table, [.. all], 0, long.MaxValue))
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                var cells = batch.Columns.Select(column => Cell(column, row)).ToList();
                if (cells[2] == "2")
                {
                    lines.Add((Number(cells[0]), Number(cells[1]), string.Join('|', cells.Skip(3))));
                }
            }
        }

        return [.. lines.OrderBy(line => line.Port).ThenBy(line => line.Time).Select(line => line.Text)];
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string Cell(Column column, int row) => column switch
    {
        Int64Column cells => cells.Values[row].ToString(CultureInfo.InvariantCulture),
        BooleanColumn cells => cells.Values[row] ? "true" : "false",
        UInt128Column cells => Upid.FromUInt128(cells.Values[row]).ToString(),
        StringColumn cells => Encoding.UTF8.GetString(cells.GetUtf8(row)),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
