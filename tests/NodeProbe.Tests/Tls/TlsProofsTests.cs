using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.NodeProbe.Tls;
using PixieOrleans.NodeProbe.Tls.SelfTests;

namespace PixieOrleans.NodeProbe.Tests.Tls;

public sealed class TlsProofsTests
{
    private const uint Process = 42;

    [Fact]
    public void Judge_OfLinkedCalls_IsProved()
    {
        var proofs = new TlsProofs();

        var (proof, reason) = proofs.Judge(Process, new TlsProcessCounts { Calls = 3, Unlinked = 2 }, false, null);

        Assert.Equal((TlsProof.Proved, ""), (proof, reason));
    }

    [Theory]
    [InlineData(false, TlsProof.NotYet)]
    [InlineData(true, TlsProof.Library)]
    public void Judge_WithoutTraffic_TellsWhatTheLibraryShowedElsewhere(bool isLibraryProved, TlsProof expected)
    {
        var (proof, reason) = new TlsProofs().Judge(Process, default, isLibraryProved, null);

        Assert.Equal((expected, ""), (proof, reason));
    }

    [Theory]
    [InlineData(SelfTestOutcome.Passed, TlsProof.KnownCall, "")]
    [InlineData(SelfTestOutcome.NotRun, TlsProof.NotYet, "why")]
    [InlineData(SelfTestOutcome.Differs, TlsProof.Blind, "why")]
    public void Judge_WithoutTraffic_TellsWhatTheSelfTestSaid(
        object outcome, TlsProof expected, string expectedReason)
    {
        var test = new SelfTestResult((SelfTestOutcome)outcome, expectedReason);

        var (proof, reason) = new TlsProofs().Judge(Process, default, false, test);

        Assert.Equal((expected, expectedReason), (proof, reason));
    }

    [Theory]
    [InlineData(1, TlsProof.Proved)]
    [InlineData(0, TlsProof.Library)]
    public void Judge_RealCallsWhereTheSelfTestDiffers_AreProvedWithAWarning(int calls, TlsProof expected)
    {
        var test = SelfTestResult.Differs(new KnownCalls("SSL_write_ex", 2, 1930), 1, 800);

        var (proof, reason) = new TlsProofs().Judge(
            Process, new TlsProcessCounts { Calls = (ulong)calls }, isLibraryProved: true, test);

        Assert.Equal(expected, proof);
        Assert.Contains("2 calls of SSL_write_ex with 1930 bytes", reason, StringComparison.Ordinal);
        Assert.Contains("saw 1 calls and 800 bytes", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_HandshakeAlone_IsNotYet()
    {
        var proofs = new TlsProofs();
        proofs.Update([Connection(5000)]);
        proofs.Update([Connection(5000)]);

        Assert.Equal(TlsProof.NotYet, proofs.Judge(Process, default, false, null).Proof);
    }

    [Theory]
    [InlineData(0, "another one without symbols")]
    [InlineData(7, "older than the probes")]
    public void Judge_DataAndNoPlaintext_IsBlindAndSaysWhatToDo(int calls, string expected)
    {
        var proofs = new TlsProofs();
        proofs.Update([Connection(5000)]);
        proofs.Update([Connection(5500)]);
        proofs.Update([Connection(6500)]); // compared with the first sight, not with the last look

        var counts = new TlsProcessCounts { Calls = (ulong)calls, Unlinked = (ulong)calls };
        var (proof, reason) = proofs.Judge(Process, counts, isLibraryProved: true, null);

        Assert.Equal(TlsProof.Blind, proof);
        Assert.Contains(expected, reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_LargeYoungConnection_IsBlind()
    {
        var proofs = new TlsProofs();
        proofs.Update([Connection(100_000)]);

        Assert.Equal(TlsProof.Blind, proofs.Judge(Process, default, false, null).Proof);
    }

    [Fact]
    public void Update_ConnectionsThatEndOrGivePlaintext_CountNoMore()
    {
        var proofs = new TlsProofs();
        proofs.Update([Connection(100_000), Connection(100_000, fd: 4)]);
        Assert.Equal(2, proofs.DarkConnections(Process));

        proofs.Update([Connection(200_000, flags: ConnectionFlags.Tls)]);

        Assert.Equal(0, proofs.DarkConnections(Process));
    }

    private static ConnectionEvent Connection(
        ulong bytes, int fd = 3, ConnectionFlags flags = ConnectionFlags.None) => new()
        {
            Header = new EventHeader { Connection = new KernelConnectionId(1, 1, Process, fd) },
            Protocol = (byte)Protocol.Tls,
            BytesSent = bytes,
            Flags = flags,
        };
}
