using PixieOrleans.Protocols.Cql;

namespace PixieOrleans.Protocols.Tests.Cql;

public sealed class CqlFuzzTests
{
    [Fact]
    public void OnData_ChangedConversations_NeverThrowAndStayBounded() => RecordingFuzz.Run(
        CqlRecordings.Names.SelectMany(CqlRecordings.Read), options => new CqlProtocol(options));
}
