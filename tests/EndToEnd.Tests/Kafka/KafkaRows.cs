using System.Text.Json;
using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Messaging;

namespace PixieOrleans.EndToEnd.Tests.Kafka;

/// <summary>Records of a partition, as a row tells.</summary>
internal readonly record struct KafkaBatch(
    string Topic, int Partition, long BaseOffset, long Records, string Compression);

/// <summary>Rows of all brokers of a cluster.</summary>
internal sealed class KafkaRows(PxoClient client, KafkaCluster cluster)
{
    public const int Produce = 0;
    public const int Fetch = 1;
    public const int OffsetCommit = 8;
    public const int OffsetFetch = 9;
    public const int FindCoordinator = 10;
    public const int JoinGroup = 11;
    public const int LeaveGroup = 13;
    public const int SyncGroup = 14;
    private static readonly TimeSpan RowDeadline = TimeSpan.FromSeconds(10);

    private readonly TableReader _events = new(client, "kafka_events.beta");

    /// <summary>Waits until rows satisfy a condition and returns all.</summary>
    public async Task<IReadOnlyList<EventRow>> WaitAsync(
        string what, Func<IReadOnlyList<EventRow>, bool> condition, CancellationToken cancellationToken)
    {
        List<EventRow> rows = [];
        await Poll.UntilAsync(
            async () =>
            {
                rows.Clear();
                foreach (var port in cluster.Ports)
                {
                    rows.AddRange(await _events.ReadAsync(port, cancellationToken));
                }

                return condition(rows);
            },
            RowDeadline,
            () => $"{what}; {rows.Count} rows:\n"
                + string.Join('\n', rows.Where(row => row.Number("req_cmd") is Produce or Fetch).TakeLast(3)),
            cancellationToken);
        return rows;
    }

    /// <summary>What Produce wrote: partitions and compression of the request, offsets of its response.</summary>
    public static IEnumerable<KafkaBatch> Produced(IEnumerable<EventRow> rows) =>
        from row in Of(rows, Produce)
        let offsets = Partitions(row, "resp").ToDictionary(
            partition => (partition.Topic, partition.Index), partition => partition.Body)
        from partition in Partitions(row, "req_body")
        let set = partition.Body.GetProperty("message_set")
        select new KafkaBatch(
            partition.Topic,
            partition.Index,
            offsets.TryGetValue((partition.Topic, partition.Index), out var body)
                ? body.GetProperty("base_offset").GetInt64()
                : -1,
            set.GetProperty("records").GetInt64(),
            set.GetProperty("compression").GetString()!);

    /// <summary>What Fetch read, from the offset that was asked for.</summary>
    public static IEnumerable<KafkaBatch> Fetched(IEnumerable<EventRow> rows) =>
        from row in Of(rows, Fetch)
        let asked = Partitions(row, "req_body").ToDictionary(
            partition => (partition.Topic, partition.Index), partition => partition.Body)
        from partition in Partitions(row, "resp")
        let set = partition.Body.GetProperty("message_set")
        where set.TryGetProperty("records", out var records) && records.GetInt64() > 0
        select new KafkaBatch(
            partition.Topic,
            partition.Index,
            asked[(partition.Topic, partition.Index)].GetProperty("fetch_offset").GetInt64(),
            set.GetProperty("records").GetInt64(),
            set.GetProperty("compression").GetString()!);

    /// <summary>Rows of an API key.</summary>
    public static IEnumerable<EventRow> Of(IEnumerable<EventRow> rows, int api) =>
        rows.Where(row => row.Number("req_cmd") == api);

    /// <summary>Partitions named in a body.</summary>
    public static IEnumerable<(string Topic, int Index, JsonElement Body)> Partitions(EventRow row, string column) =>
        row.Text(column).Length == 0
            ? []
            : from topic in row.Json(column).GetProperty("topics").EnumerateArray()
              from partition in topic.GetProperty("partitions").EnumerateArray()
              select (
                  topic.GetProperty("name").GetString()!, partition.GetProperty("index").GetInt32(), partition);
}
