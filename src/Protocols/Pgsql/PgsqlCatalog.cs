using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Pgsql;

/// <summary>
/// Prepared statements and portals of one connection, by name. Past its bounds the statement used longest ago is
/// forgotten; portals do not outlive their transaction, so all of them are then.
/// </summary>
internal sealed class PgsqlCatalog(FramingOptions options)
{
    private const int MaxStatements = 1024;
    private const int MaxPortals = 64;
    private const int MaxNameBytes = 256; // a longer one is not kept; the server's bound is 63

    private readonly long _maxBytes = options.PendingRequestBytes;
    private readonly Dictionary<byte[], PgsqlStatement> _statements = new(new PgsqlNameComparer());
    private readonly Dictionary<byte[], PgsqlPortal> _portals = new(new PgsqlNameComparer());
    private long _uses;

    /// <summary>Bytes of memory held.</summary>
    public long RetainedBytes { get; private set; }

    /// <summary>Statements forgotten for room.</summary>
    public long Forgotten { get; private set; }

    /// <summary>A statement, or null.</summary>
    public PgsqlStatement? FindStatement(ReadOnlySpan<byte> name)
    {
        if (_statements.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var statement))
        {
            statement.LastUse = ++_uses;
            return statement;
        }

        return null;
    }

    /// <summary>A portal, or null.</summary>
    public PgsqlPortal? FindPortal(ReadOnlySpan<byte> name) =>
        _portals.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var portal) ? portal : null;

    /// <summary>Makes or replaces a statement.</summary>
    public void AddStatement(
        ReadOnlySpan<byte> name, ReadOnlySpan<byte> query, bool isCut, ReadOnlySpan<byte> types)
    {
        if (name.Length > MaxNameBytes)
        {
            return;
        }

        var statement = FindStatement(name);
        if (statement is null)
        {
            statement = new PgsqlStatement { LastUse = ++_uses };
            _statements.Add(name.ToArray(), statement);
        }
        else
        {
            RetainedBytes -= statement.RetainedBytes + name.Length;
        }

        statement.Set(query, isCut, types);
        RetainedBytes += statement.RetainedBytes + name.Length;
        Bound(statement);
    }

    /// <summary>The server told of a statement.</summary>
    public void Describe(PgsqlStatement statement, ReadOnlySpan<byte> body, bool columns)
    {
        RetainedBytes -= statement.RetainedBytes;
        if (columns)
        {
            statement.SetColumns(body);
        }
        else
        {
            statement.SetTypes(body);
        }

        RetainedBytes += statement.RetainedBytes;
        Bound(statement);
    }

    /// <summary>The server told of a portal.</summary>
    public void Describe(PgsqlPortal portal, ReadOnlySpan<byte> columns)
    {
        RetainedBytes -= portal.RetainedBytes;
        portal.SetColumns(columns);
        RetainedBytes += portal.RetainedBytes;
    }

    /// <summary>Makes or replaces a portal.</summary>
    public void AddPortal(
        ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, bool isCut, ReadOnlySpan<byte> formats,
        ReadOnlySpan<byte> columns)
    {
        if (name.Length > MaxNameBytes)
        {
            return;
        }

        var portal = FindPortal(name);
        if (portal is null)
        {
            if (_portals.Count >= MaxPortals || RetainedBytes > 2 * _maxBytes)
            {
                ClearPortals();
            }

            portal = new PgsqlPortal();
            _portals.Add(name.ToArray(), portal);
        }
        else
        {
            RetainedBytes -= portal.RetainedBytes + name.Length;
        }

        portal.Set(text, isCut, formats, columns);
        RetainedBytes += portal.RetainedBytes + name.Length;
    }

    /// <summary>Forgets a statement.</summary>
    public void RemoveStatement(ReadOnlySpan<byte> name)
    {
        if (_statements.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(name, out _, out var statement))
        {
            RetainedBytes -= statement.RetainedBytes + name.Length;
            statement.Release();
        }
    }

    /// <summary>Forgets a portal.</summary>
    public void RemovePortal(ReadOnlySpan<byte> name)
    {
        if (_portals.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(name, out _, out var portal))
        {
            RetainedBytes -= portal.RetainedBytes + name.Length;
            portal.Release();
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        ClearPortals();
        foreach (var statement in _statements.Values)
        {
            statement.Release();
        }

        _statements.Clear();
        RetainedBytes = 0;
    }

    private void ClearPortals()
    {
        foreach (var (name, portal) in _portals)
        {
            RetainedBytes -= portal.RetainedBytes + name.Length;
            portal.Release();
        }

        _portals.Clear();
    }

    private void Bound(PgsqlStatement newest)
    {
        while (_statements.Count > 1 && (_statements.Count > MaxStatements || RetainedBytes > _maxBytes))
        {
            byte[]? oldest = null;
            var lastUse = long.MaxValue;
            foreach (var (name, statement) in _statements)
            {
                if (statement != newest && statement.LastUse < lastUse)
                {
                    (oldest, lastUse) = (name, statement.LastUse);
                }
            }

            RemoveStatement(oldest);
            Forgotten++;
        }
    }
}
