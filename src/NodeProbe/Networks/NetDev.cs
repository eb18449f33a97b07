using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Networks;

/// <summary>Traffic of network interfaces, since they exist; in the order of the columns of network_stats.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InterfaceCounts
{
    /// <summary>Received.</summary>
    public long RxBytes;

    /// <summary>Received.</summary>
    public long RxPackets;

    /// <summary>Errors while receiving.</summary>
    public long RxErrors;

    /// <summary>Received and dropped.</summary>
    public long RxDrops;

    /// <summary>Sent.</summary>
    public long TxBytes;

    /// <summary>Sent.</summary>
    public long TxPackets;

    /// <summary>Errors while sending.</summary>
    public long TxErrors;

    /// <summary>Dropped instead of sent.</summary>
    public long TxDrops;
}

/// <summary>Reads a file /proc/PID/net/dev.</summary>
/// <remarks>
/// Layout: two lines of headings, then per interface "name:" and 16 numbers: bytes, packets, errors, drops, fifo,
/// frame, compressed, multicast received, then bytes, packets, errors, drops, fifo, collisions, carrier, compressed
/// sent.
/// </remarks>
internal static class NetDev
{
    private const int HeadLines = 2;
    private const int SentFields = 8; // index of the first field about sending
    private const int Fields = 16;

    /// <summary>Adds the interfaces that stand for traffic of their own.</summary>
    /// <param name="sum">What they are added to.</param>
    /// <param name="file">The file.</param>
    /// <param name="isHost">
    /// The machine's own namespace: its ends of containers' links, and bridges, carry what others count.
    /// </param>
    public static void Add(ref InterfaceCounts sum, ReadOnlySpan<byte> file, bool isHost)
    {
        for (var line = 0; !file.IsEmpty; line++)
        {
            var end = file.IndexOf((byte)'\n');
            var text = (end < 0 ? file : file[..end]).TrimStart((byte)' ');
            file = end < 0 ? [] : file[(end + 1)..];
            var colon = text.IndexOf((byte)':');
            if (line >= HeadLines && colon > 0 && !IsLeftOut(text[..colon], isHost))
            {
                Add(ref sum, text[(colon + 1)..]);
            }
        }
    }

    private static bool IsLeftOut(ReadOnlySpan<byte> name, bool isHost) =>
        name.SequenceEqual("lo"u8)
        || (isHost && (name.StartsWith("veth"u8) || name.StartsWith("docker"u8) || name.StartsWith("br-"u8)
            || name.StartsWith("cni"u8) || name.StartsWith("cali"u8) || name.StartsWith("cilium"u8)
            || name.StartsWith("lxc"u8) || name.StartsWith("virbr"u8) || name.StartsWith("vnet"u8)
            || name.StartsWith("podman"u8) || name.StartsWith("flannel"u8) || name.StartsWith("ifb"u8)));

    private static void Add(ref InterfaceCounts sum, ReadOnlySpan<byte> numbers)
    {
        Span<long> values = stackalloc long[Fields];
        for (var i = 0; i < Fields; i++)
        {
            numbers = numbers.TrimStart((byte)' ');
            if (!Utf8Parser.TryParse(numbers, out values[i], out var length))
            {
                return; // a line that was cut
            }

            numbers = numbers[length..];
        }

        sum.RxBytes += values[0];
        sum.RxPackets += values[1];
        sum.RxErrors += values[2];
        sum.RxDrops += values[3];
        sum.TxBytes += values[SentFields];
        sum.TxPackets += values[SentFields + 1];
        sum.TxErrors += values[SentFields + 2];
        sum.TxDrops += values[SentFields + 3];
    }
}
