using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace PixieOrleans.Protocols.Kafka;

/// <summary>
/// Names of topics by their id, learned from the metadata that brokers send. Ids are unique over all clusters, so one
/// table serves all connections, of any thread. Holds at most 8,192 names of at most 249 bytes (Kafka's own bound),
/// some 3 MiB; when full it begins anew: clients ask for metadata every few minutes.
/// </summary>
internal sealed class KafkaTopicNames
{
    private const int MaxNames = 8192;
    private const int MaxNameBytes = 249;
    private readonly ConcurrentDictionary<UInt128, byte[]> _names = new();

    /// <summary>Keeps a name; the id of all zeros is none.</summary>
    public void Learn(ReadOnlySpan<byte> id, ReadOnlySpan<byte> name)
    {
        var key = BinaryPrimitives.ReadUInt128BigEndian(id);
        if (key == 0 || name.Length > MaxNameBytes
            || (_names.TryGetValue(key, out var known) && name.SequenceEqual(known)))
        {
            return;
        }

        if (_names.Count >= MaxNames)
        {
            _names.Clear();
        }

        _names[key] = name.ToArray();
    }

    /// <summary>The name of a topic; empty when not known.</summary>
    public ReadOnlySpan<byte> Find(ReadOnlySpan<byte> id) =>
        _names.TryGetValue(BinaryPrimitives.ReadUInt128BigEndian(id), out var name) ? name : [];
}
