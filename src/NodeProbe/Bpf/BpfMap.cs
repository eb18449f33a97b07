using System.Buffers;

namespace PixieOrleans.NodeProbe.Bpf;

/// <summary>Typed access to a map by its descriptor, which is borrowed from its owner.</summary>
internal readonly unsafe struct BpfMap<TKey, TValue>(int fd, string name)
    where TKey : unmanaged
    where TValue : unmanaged
{
    private const int NoEntry = 2; // ENOENT

    /// <summary>Sets an entry.</summary>
    internal void Set(TKey key, TValue value) =>
        BpfException.ThrowIfNegative(LibBpf.Update(fd, &key, &value, 0), "bpf_map_update_elem", name);

    /// <summary>Reads an entry; false when there is none.</summary>
    internal bool TryGet(TKey key, out TValue value)
    {
        value = default; // else what the stack holds, when there is none
        fixed (TValue* target = &value)
        {
            var result = LibBpf.Lookup(fd, &key, target);
            return result == -NoEntry ? false
                : BpfException.ThrowIfNegative(result, "bpf_map_lookup_elem", name) == 0;
        }
    }

    /// <summary>Deletes an entry; false when there was none.</summary>
    internal bool Remove(TKey key)
    {
        var result = LibBpf.Delete(fd, &key);
        return result == -NoEntry ? false : BpfException.ThrowIfNegative(result, "bpf_map_delete_elem", name) == 0;
    }

    /// <summary>Reads all entries of a hash map in batches into the lists, which are cleared first.</summary>
    internal void ReadAll(List<TKey> keys, List<TValue> values) => ReadAll(keys, values, isTaken: false);

    /// <summary>As <see cref="ReadAll(List{TKey}, List{TValue})"/>, and deletes what was read.</summary>
    internal void TakeAll(List<TKey> keys, List<TValue> values) => ReadAll(keys, values, isTaken: true);

    private void ReadAll(List<TKey> keys, List<TValue> values, bool isTaken)
    {
        const int BatchEntries = 1024;
        var keyBatch = ArrayPool<TKey>.Shared.Rent(BatchEntries);
        var valueBatch = ArrayPool<TValue>.Shared.Rent(BatchEntries);
        keys.Clear();
        values.Clear();
        try
        {
            ReadBatches(keys, values, keyBatch, valueBatch, isTaken);
        }
        finally
        {
            ArrayPool<TKey>.Shared.Return(keyBatch);
            ArrayPool<TValue>.Shared.Return(valueBatch);
        }
    }

    private void ReadBatches(
        List<TKey> keys, List<TValue> values, TKey[] keyBatch, TValue[] valueBatch, bool isTaken)
    {
        ulong position = 0, next = 0; // a hash map's batch position is 4 bytes
        var first = true;
        var result = 0;
        while (result == 0)
        {
            var count = (uint)Math.Min(keyBatch.Length, valueBatch.Length);
            fixed (TKey* k = keyBatch)
            fixed (TValue* v = valueBatch)
            {
                var from = first ? null : &position;
                result = isTaken
                    ? LibBpf.TakeBatch(fd, from, &next, k, v, &count, 0)
                    : LibBpf.LookupBatch(fd, from, &next, k, v, &count, 0);
            }

            if (result is not 0 and not -NoEntry)
            {
                throw BpfException.Of("bpf_map_lookup_batch", name, -result);
            }

            keys.AddRange(keyBatch.AsSpan(0, (int)count));
            values.AddRange(valueBatch.AsSpan(0, (int)count));
            (position, first) = (next, false);
        }
    }
}
