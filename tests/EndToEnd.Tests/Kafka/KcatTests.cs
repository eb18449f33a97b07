using System.Globalization;
using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Messaging;

namespace PixieOrleans.EndToEnd.Tests.Kafka;

/// <summary>Rows of kcat, on Debian's librdkafka, against what it sent and printed.</summary>
[Collection(SiloCollection.Name)]
public sealed class KcatTests(SiloFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("dotnet")]
    [InlineData("python")]
    public async Task Rows_OfKcat_EqualWhatItPrinted(string brokers)
    {
        var kcat = Programs.Require("kcat", "kcat");
        await using var cluster = await KafkaCluster.StartAsync(brokers, 2, Cancel);
        using var folder = new TempFolder();
        var lines = folder.Write("lines", string.Join('\n', Enumerable.Range(0, 100).Select(i => $"key{i}:value{i}")));

        await ChildProcess.RunAsync(kcat, ["-P", "-b", cluster.Brokers, "-t", "t1", "-K:", "-l", lines], Cancel);
        var printed = await ChildProcess.RunAsync(
            kcat, ["-C", "-q", "-b", cluster.Brokers, "-t", "t1", "-o", "beginning", "-e", "-f", "%p %o\n"], Cancel);

        var all = await new KafkaRows(fixture.Silo.Client, cluster).WaitAsync(
            "100 records fetched", seen => KafkaRows.Fetched(seen).Sum(batch => batch.Records) >= 100, Cancel);
        var consumed = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .Select(line => (Parse(line[0]), Parse(line[1]))).Order().ToArray();
        Assert.Equal(100, consumed.Length);
        Assert.Equal(consumed, Offsets(KafkaRows.Produced(all)));
        Assert.Equal(consumed, Offsets(KafkaRows.Fetched(all)));
        Assert.All(all, row => Assert.Equal("rdkafka", row.Text("client_id")));
    }

    [Fact]
    public async Task Rows_OfBatchesLongerThanWhatIsCaptured_CountTheirRecords()
    {
        const int Messages = 20_000;
        var kcat = Programs.Require("kcat", "kcat");
        await using var cluster = await KafkaCluster.StartAsync("dotnet", 1, Cancel);
        using var folder = new TempFolder();
        var lines = folder.Write(
            "lines", string.Join('\n', Enumerable.Range(0, Messages).Select(i => $"key{i}:{new string('v', 40)}")));

        await ChildProcess.RunAsync(kcat, ["-P", "-b", cluster.Brokers, "-t", "t1", "-K:", "-l", lines], Cancel);

        var all = await new KafkaRows(fixture.Silo.Client, cluster).WaitAsync(
            "all records", seen => KafkaRows.Produced(seen).Sum(batch => batch.Records) >= Messages, Cancel);
        Assert.Contains(
            KafkaRows.Of(all, KafkaRows.Produce), row => row.Text("req_body").Contains("\"truncated\":true"));
        foreach (var partition in KafkaRows.Produced(all).GroupBy(batch => batch.Partition))
        {
            var next = 0L;
            foreach (var batch in partition.OrderBy(batch => batch.BaseOffset))
            {
                Assert.Equal(next, batch.BaseOffset);
                next += batch.Records;
            }
        }

        Assert.Equal(Messages, KafkaRows.Produced(all).Sum(batch => batch.Records));
    }

    private static long Parse(string number) => long.Parse(number, CultureInfo.InvariantCulture);

    private static IEnumerable<(long, long)> Offsets(IEnumerable<KafkaBatch> batches) =>
        batches.SelectMany(batch => Enumerable.Range(0, (int)batch.Records)
            .Select(i => ((long)batch.Partition, batch.BaseOffset + i))).Order();
}
