using PixieOrleans.Protocols.Kafka;

namespace PixieOrleans.Protocols.Tests.Kafka;

public sealed class KafkaFuzzTests
{
    [Fact]
    public void OnData_ChangedConversations_NeverThrowAndStayBounded() => RecordingFuzz.Run(
        KafkaRecordings.Names.SelectMany(KafkaRecordings.Read), options => new KafkaProtocol(options));
}
