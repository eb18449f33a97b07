using System.Buffers.Binary;
using System.Globalization;

namespace PixieOrleans.Model;

/// <summary>A process, unique over nodes and over reuse of process ids.</summary>
/// <param name="Asid">Short number of the node's agent, unique in the cluster.</param>
/// <param name="Tgid">Thread group id in the node's root pid namespace.</param>
/// <param name="StartTicks">Start of the group leader since boot, in ticks of 10 ms.</param>
public readonly record struct Upid(uint Asid, uint Tgid, ulong StartTicks)
{
    /// <summary>The 128 bits as stored in a column: asid, tgid (32 bits each), start ticks.</summary>
    public UInt128 ToUInt128() => new(((ulong)Asid << 32) | Tgid, StartTicks);

    /// <summary>Reverse of <see cref="ToUInt128"/>.</summary>
    public static Upid FromUInt128(UInt128 value)
    {
        var high = (ulong)(value >> 64);
        return new Upid((uint)(high >> 32), (uint)high, (ulong)value);
    }

    /// <summary>The form "asid:tgid:start".</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Asid}:{Tgid}:{StartTicks}");

    /// <summary>The form that clients show: the 128 bits as a UUID, big endian.</summary>
    public static string ToUuid(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }
}
