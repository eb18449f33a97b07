using System.Collections.Immutable;

namespace PixieOrleans.Tables.Store;

/// <summary>
/// Splits the node's bytes over its tables: 40 % to http_events, 10 % to process_stats (a row per process and second),
/// 1 MiB each to stirling_error and probe_status, 10 MiB to proc_exit_events (these three never more than 1/32 of the
/// whole), equal shares of the rest to the others.
/// </summary>
internal static class TableBudget
{
    private const double HttpShare = 0.4;
    private const double ProcessShare = 0.1;
    private const int SmallTableShare = 32;

    /// <summary>Budgets in the order of <paramref name="tables"/>; their sum is at most the node's.</summary>
    public static ImmutableArray<long> Split(ImmutableArray<string> tables, long budgetBytes)
    {
        var rest = budgetBytes;
        var others = 0;
        foreach (var table in tables)
        {
            var own = OwnBudget(table, budgetBytes);
            rest -= own;
            others += own == 0 ? 1 : 0;
        }

        return [.. tables.Select(t => OwnBudget(t, budgetBytes) is var own and > 0 ? own : rest / others)];
    }

    private static long OwnBudget(string table, long budgetBytes) => table switch
    {
        "http_events" => (long)(budgetBytes * HttpShare),
        "process_stats" => (long)(budgetBytes * ProcessShare),
        "stirling_error" or "probe_status" => Math.Min(1L << 20, budgetBytes / SmallTableShare),
        "proc_exit_events" => Math.Min(10L << 20, budgetBytes / SmallTableShare),
        _ => 0,
    };
}
