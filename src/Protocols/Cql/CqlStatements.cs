using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace PixieOrleans.Protocols.Cql;

/// <summary>A prepared query.</summary>
/// <param name="Text">The query; its beginning when it is long.</param>
/// <param name="IsCut">Whether something was left out of the text.</param>
/// <param name="Types">Descriptions of the types of its first bound values, one behind the other.</param>
/// <param name="ColumnNames">Names of the columns of its result as JSON.</param>
internal sealed record CqlStatement(byte[] Text, bool IsCut, byte[] Types, byte[] ColumnNames)
{
    private const int ObjectBytes = 160; // with the heads of its arrays and its place in the table

    /// <summary>Bytes of memory held.</summary>
    public long RetainedBytes => ObjectBytes + Text.Length + Types.Length + ColumnNames.Length;
}

/// <summary>
/// Prepared queries by their id, learned from the answers to PREPARE. Servers make the id of the text and the keyspace
/// (an MD5), so one table serves all connections, of any thread: drivers prepare on one connection and execute on
/// another. Holds at most 4 MiB; the oldest go first.
/// </summary>
internal sealed class CqlStatements
{
    private const long MaxBytes = 4 << 20;
    private const int IdBytes = 16;
    private readonly ConcurrentDictionary<UInt128, CqlStatement> _statements = new();
    private readonly Queue<UInt128> _order = new(); // guarded by itself, as is the count of bytes
    private long _bytes;

    /// <summary>Statements held.</summary>
    public int Count => _statements.Count;

    /// <summary>Whether a statement can be kept by this id.</summary>
    public static bool CanKeep(ReadOnlySpan<byte> id) => id.Length == IdBytes;

    /// <summary>Keeps a statement; of two by one id the newer.</summary>
    public void Learn(ReadOnlySpan<byte> id, CqlStatement statement)
    {
        var key = BinaryPrimitives.ReadUInt128BigEndian(id);
        lock (_order)
        {
            if (_statements.TryGetValue(key, out var known))
            {
                _bytes -= known.RetainedBytes;
            }
            else
            {
                _order.Enqueue(key);
            }

            _statements[key] = statement;
            _bytes += statement.RetainedBytes;
            while (_bytes > MaxBytes && _order.TryDequeue(out var oldest))
            {
                _statements.TryRemove(oldest, out var removed);
                _bytes -= removed!.RetainedBytes;
            }
        }
    }

    /// <summary>The statement of an id, or null.</summary>
    public CqlStatement? Find(ReadOnlySpan<byte> id) =>
        CanKeep(id) ? _statements.GetValueOrDefault(BinaryPrimitives.ReadUInt128BigEndian(id)) : null;
}
