using PixieOrleans.NodeProbe.Networks;

namespace PixieOrleans.NodeProbe.Tests.Networks;

public sealed class NetDevTests
{
    // Of a machine with containers, Linux 6.18.
    private static ReadOnlySpan<byte> File =>
    """
    Inter-|   Receive                                                |  Transmit
    face |bytes packets errs drop fifo frame compressed multicast|bytes packets errs drop fifo colls carrier compressed
        lo: 43258327 75976797 0 0 0 0 0 0 43258327 75976797 0 0 0 0 0 0
      eth0: 1000 20 3 4 0 0 0 0 5000 60 7 8 0 0 0 0
    wlan0:1       2    0    0    0     0          0         0     3      4    0    0    0     0       0          0
    veth12@if2: 100 10 0 0 0 0 0 0 100 10 0 0 0 0 0 0

    """u8;

    [Theory]
    [InlineData(true, 1001, 22, 3, 4, 5003, 64, 7, 8)]
    [InlineData(false, 1101, 32, 3, 4, 5103, 74, 7, 8)]
    public void Add_InterfacesOfANamespace_LeavesOutWhatOthersCount(
        bool isHost,
        long rx,
        long rxPackets,
        long rxErrors,
        long rxDrops,
        long tx,
        long txPackets,
        long txErrors,
        long txDrops)
    {
        var sum = Sum(File, isHost);

        Assert.Equal((rx, rxPackets, rxErrors, rxDrops), (sum.RxBytes, sum.RxPackets, sum.RxErrors, sum.RxDrops));
        Assert.Equal((tx, txPackets, txErrors, txDrops), (sum.TxBytes, sum.TxPackets, sum.TxErrors, sum.TxDrops));
    }

    [Fact]
    public void Add_CutAtEveryByte_NeverCountsALineInPart()
    {
        for (var length = 0; length <= File.Length; length++)
        {
            Assert.Contains(Sum(File[..length], isHost: true).RxBytes, new long[] { 0, 1000, 1001 });
        }
    }

    private static InterfaceCounts Sum(ReadOnlySpan<byte> file, bool isHost)
    {
        var sum = default(InterfaceCounts);
        NetDev.Add(ref sum, file, isHost);
        return sum;
    }
}
