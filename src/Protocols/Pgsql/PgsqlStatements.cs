using System.Diagnostics.CodeAnalysis;
using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Protocols.Pgsql;

/// <summary>A prepared statement of a connection.</summary>
internal sealed class PgsqlStatement
{
    private const int ObjectBytes = 160; // with its entry in the dictionary
    private const int MaxDescriptionBytes = 16 << 10; // of columns or types; what is beyond has no known type

    private PooledBuffer _query;
    private PooledBuffer _types;
    private PooledBuffer _columns;

    /// <summary>Its text.</summary>
    public ReadOnlySpan<byte> Query => _query.Span;

    /// <summary>True when the end of the text is not kept.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Object ids of the parameters' types, int32 each; fewer when not known.</summary>
    public ReadOnlySpan<byte> Types => _types.Span;

    /// <summary>Columns of its result as the server described them; none when it did not.</summary>
    public ReadOnlySpan<byte> Columns => _columns.Span;

    /// <summary>Number of the use that was the last; the least one goes first.</summary>
    public long LastUse { get; set; }

    /// <summary>Bytes of memory held.</summary>
    public long RetainedBytes => ObjectBytes + _query.Capacity + _types.Capacity + _columns.Capacity;

    /// <summary>Takes the text and the types that the client gave.</summary>
    public void Set(ReadOnlySpan<byte> query, bool isCut, ReadOnlySpan<byte> types)
    {
        IsCut = isCut;
        Put(ref _query, query);
        SetTypes(types);
        _columns.Release();
    }

    /// <summary>Takes the types of parameters.</summary>
    public void SetTypes(ReadOnlySpan<byte> types) => Put(ref _types, types);

    /// <summary>Takes the columns.</summary>
    public void SetColumns(ReadOnlySpan<byte> columns) => Put(ref _columns, columns);

    /// <summary>Gives memory back.</summary>
    public void Release()
    {
        _query.Release();
        _types.Release();
        _columns.Release();
    }

    private static void Put(ref PooledBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        buffer.Release();
        if (!bytes.IsEmpty)
        {
            buffer.Append(bytes[..Math.Min(bytes.Length, MaxDescriptionBytes)]);
        }
    }
}

/// <summary>A statement with parameters, ready to execute.</summary>
internal sealed class PgsqlPortal
{
    private const int ObjectBytes = 160;
    private const int MaxDescriptionBytes = 16 << 10; // of columns; what is beyond has no known type

    private PooledBuffer _text;
    private PooledBuffer _formats;
    private PooledBuffer _columns;

    /// <summary>The request cell of its executions.</summary>
    public ReadOnlySpan<byte> Text => _text.Span;

    /// <summary>True when the text is not whole.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Formats of the columns, int16 each: none (text), one for all, or one for each.</summary>
    public ReadOnlySpan<byte> Formats => _formats.Span;

    /// <summary>Columns of its result as the server described them; none when it did not.</summary>
    public ReadOnlySpan<byte> Columns => _columns.Span;

    /// <summary>Bytes of memory held.</summary>
    public long RetainedBytes => ObjectBytes + _text.Capacity + _formats.Capacity + _columns.Capacity;

    /// <summary>Takes what was bound.</summary>
    public void Set(ReadOnlySpan<byte> text, bool isCut, ReadOnlySpan<byte> formats, ReadOnlySpan<byte> columns)
    {
        Release();
        IsCut = isCut;
        _text.Append(text);
        _formats.Append(formats);
        SetColumns(columns);
    }

    /// <summary>Takes the columns.</summary>
    public void SetColumns(ReadOnlySpan<byte> columns)
    {
        _columns.Release();
        if (!columns.IsEmpty)
        {
            _columns.Append(columns[..Math.Min(columns.Length, MaxDescriptionBytes)]);
        }
    }

    /// <summary>Gives memory back.</summary>
    public void Release()
    {
        _text.Release();
        _formats.Release();
        _columns.Release();
    }
}

/// <summary>Compares names as bytes.</summary>
internal sealed class PgsqlNameComparer :
    IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    /// <inheritdoc/>
    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    /// <inheritdoc/>
    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    /// <inheritdoc/>
    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    /// <inheritdoc/>
    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = default(HashCode);
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());
}
