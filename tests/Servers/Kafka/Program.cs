// librdkafka's own cluster for tests, of as many brokers as the argument says: real sockets and the whole protocol, no
// disk. Prints "brokers HOST:PORT,..." and runs until it is ended.
using Confluent.Kafka;

var settings = new AdminClientConfig { LogConnectionClose = false };
settings.Set("test.mock.num.brokers", args[0]);
using var admin = new AdminClientBuilder(settings).Build();
var metadata = admin.GetMetadata(TimeSpan.FromSeconds(20));
Console.WriteLine("brokers " + string.Join(',', metadata.Brokers.Select(broker => $"{broker.Host}:{broker.Port}")));
new ManualResetEvent(false).WaitOne();
