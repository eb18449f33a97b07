using PixieOrleans.Protocols.Mongodb;

namespace PixieOrleans.Protocols.Tests.Mongodb;

public sealed class MongodbFuzzTests
{
    [Fact]
    public void OnData_ChangedConversations_NeverThrowAndStayBounded() => RecordingFuzz.Run(
        MongodbRecordings.Names.SelectMany(MongodbRecordings.Read), options => new MongodbProtocol(options));
}
