using Confluent.Kafka;
using PixieOrleans.TestKit.Servers.Messaging;

namespace PixieOrleans.EndToEnd.Tests.Kafka;

/// <summary>Rows of Confluent.Kafka's clients against their delivery reports and what they consumed.</summary>
[Collection(SiloCollection.Name)]
public sealed class ConfluentTests(SiloFixture fixture)
{
    private const string ClientId = "orders-service";
    private static readonly TimeSpan ConsumeDeadline = TimeSpan.FromSeconds(15);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("dotnet")]
    [InlineData("python")]
    public async Task Rows_OfProducerAndGroup_EqualReportsAndMessages(string brokers)
    {
        const int Messages = 200;
        await using var cluster = await KafkaCluster.StartAsync(brokers, 3, Cancel);
        var rows = new KafkaRows(fixture.Silo.Client, cluster);

        var delivered = await ProduceAsync(cluster, "orders", CompressionType.None, Acks.All, Messages);
        var (consumed, committed) = Consume(cluster, "orders", Messages);

        var all = await rows.WaitAsync(
            "the group is left", seen => KafkaRows.Of(seen, KafkaRows.LeaveGroup).Any(), Cancel);
        Assert.Equal(Offsets(delivered), Offsets(KafkaRows.Produced(all)));
        Assert.Equal(Offsets(delivered), consumed.Order());
        Assert.Equal(Messages, KafkaRows.Fetched(all).Sum(batch => batch.Records));
        Assert.Equal(Offsets(delivered), Offsets(KafkaRows.Fetched(all)));
        Assert.All(
            KafkaRows.Of(all, KafkaRows.JoinGroup),
            row => Assert.Equal("shipping", row.Json("req_body").GetProperty("group_id").GetString()));
        Assert.NotEmpty(KafkaRows.Of(all, KafkaRows.SyncGroup));
        Assert.NotEmpty(KafkaRows.Of(all, KafkaRows.FindCoordinator));
        Assert.NotEmpty(KafkaRows.Of(all, KafkaRows.OffsetFetch));
        Assert.Equal(
            committed.Order(),
            KafkaRows.Of(all, KafkaRows.OffsetCommit)
                .SelectMany(row => KafkaRows.Partitions(row, "req_body"))
                .Select(partition => (partition.Index, partition.Body.GetProperty("committed_offset").GetInt64()))
                .Order());
        var ours = all.Where(row => row.Text("client_id") != "rdkafka").ToArray(); // the brokers' process asks too
        Assert.All(ours, row => Assert.Equal(ClientId, row.Text("client_id")));
        Assert.NotEmpty(KafkaRows.Of(ours, KafkaRows.Produce));
        Assert.Equal(KafkaRows.Of(all, KafkaRows.Fetch), KafkaRows.Of(ours, KafkaRows.Fetch));
    }

    [Theory]
    [InlineData(CompressionType.Gzip, "gzip")]
    [InlineData(CompressionType.Snappy, "snappy")]
    [InlineData(CompressionType.Lz4, "lz4")]
    [InlineData(CompressionType.Zstd, "zstd")]
    public async Task Rows_OfCompressedBatches_CountTheirRecords(CompressionType compression, string name)
    {
        await using var cluster = await KafkaCluster.StartAsync("dotnet", 1, Cancel);
        var rows = new KafkaRows(fixture.Silo.Client, cluster);

        var delivered = await ProduceAsync(cluster, "packed", compression, Acks.Leader, 100);

        var all = await rows.WaitAsync(
            "100 records", seen => KafkaRows.Produced(seen).Sum(batch => batch.Records) >= 100, Cancel);
        Assert.Equal(Offsets(delivered), Offsets(KafkaRows.Produced(all)));
        Assert.Contains(KafkaRows.Produced(all), batch => batch.Compression == name);
        Assert.All(
            KafkaRows.Produced(all).Where(batch => batch.Records > 1), batch => Assert.Equal(name, batch.Compression));
    }

    [Fact]
    public async Task Rows_OfProducerThatWaitsForNoAnswer_AreThereAtOnce()
    {
        await using var cluster = await KafkaCluster.StartAsync("dotnet", 1, Cancel);
        var rows = new KafkaRows(fixture.Silo.Client, cluster);

        await ProduceAsync(cluster, "fire", CompressionType.None, Acks.None, 50);

        var all = await rows.WaitAsync(
            "50 records", seen => KafkaRows.Produced(seen).Sum(batch => batch.Records) >= 50, Cancel);
        Assert.Equal(50, KafkaRows.Produced(all).Sum(batch => batch.Records));
        Assert.All(
            KafkaRows.Of(all, KafkaRows.Produce),
            row => Assert.Equal(("", 0L), (row.Text("resp"), row.Number("latency"))));
    }

    private static async Task<IReadOnlyList<KafkaBatch>> ProduceAsync(
        KafkaCluster cluster, string topic, CompressionType compression, Acks acks, int count)
    {
        var settings = new ProducerConfig
        {
            BootstrapServers = cluster.Brokers,
            ClientId = ClientId,
            CompressionType = compression,
            Acks = acks,
            LingerMs = 5,
        };
        using var producer = new ProducerBuilder<string, string>(settings).Build();

        // Long enough that no batch is sent as it is because compressing would make it longer.
        var reports = await Task.WhenAll(Enumerable.Range(0, count).Select(i => producer.ProduceAsync(
            topic, new Message<string, string> { Key = $"key {i}", Value = new string('v', 200 + i) }, Cancel)));
        return [.. reports.Select(report =>
            new KafkaBatch(report.Topic, report.Partition, report.Offset.Value, 1, ""))];
    }

    private static (IReadOnlyList<(string, int, long)> Consumed, IReadOnlyList<(int, long)> Committed) Consume(
        KafkaCluster cluster, string topic, int count)
    {
        var settings = new ConsumerConfig
        {
            BootstrapServers = cluster.Brokers,
            ClientId = ClientId,
            GroupId = "shipping",
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
        };
        using var consumer = new ConsumerBuilder<string, string>(settings).Build();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(ConsumeDeadline);
        consumer.Subscribe(topic);
        var consumed = new List<(string, int, long)>();
        while (consumed.Count < count)
        {
            var message = consumer.Consume(deadline.Token);
            consumed.Add((message.Topic, message.Partition, message.Offset.Value));
        }

        var committed = consumer.Commit();
        consumer.Close();
        return (consumed, [.. committed.Select(offset => (offset.Partition.Value, offset.Offset.Value))]);
    }

    private static IEnumerable<(string, int, long)> Offsets(IEnumerable<KafkaBatch> batches) =>
        batches.SelectMany(batch => Enumerable.Range(0, (int)batch.Records)
            .Select(i => (batch.Topic, batch.Partition, batch.BaseOffset + i))).Order();
}
