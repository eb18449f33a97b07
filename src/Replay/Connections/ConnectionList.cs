using System.Diagnostics.CodeAnalysis;

namespace PixieOrleans.Replay.Connections;

/// <summary>Connections by their ends, ordered by their newest packet.</summary>
internal sealed class ConnectionList
{
    private readonly Dictionary<ConnectionKey, CapturedConnection> _byKey = [];

    /// <summary>Connections held.</summary>
    public int Count => _byKey.Count;

    /// <summary>The connection whose newest packet is longest ago.</summary>
    public CapturedConnection? Oldest { get; private set; }

    /// <summary>The connection of the newest packet.</summary>
    public CapturedConnection? Newest { get; private set; }

    /// <summary>Looks a connection up.</summary>
    public bool TryFind(in ConnectionKey key, [NotNullWhen(true)] out CapturedConnection? connection)
    {
        if (Newest is { } newest && newest.Key == key)
        {
            connection = newest;
            return true;
        }

        return _byKey.TryGetValue(key, out connection);
    }

    /// <summary>Adds a connection as the newest.</summary>
    public void Add(CapturedConnection connection)
    {
        _byKey.Add(connection.Key, connection);
        Append(connection);
    }

    /// <summary>Makes a connection the newest.</summary>
    public void Touch(CapturedConnection connection)
    {
        if (!ReferenceEquals(connection, Newest))
        {
            Unlink(connection);
            Append(connection);
        }
    }

    /// <summary>Removes a connection.</summary>
    public void Remove(CapturedConnection connection)
    {
        _byKey.Remove(connection.Key);
        Unlink(connection);
    }

    private void Append(CapturedConnection connection)
    {
        (connection.Older, connection.Newer) = (Newest, null);
        if (Newest is { } newest)
        {
            newest.Newer = connection;
        }
        else
        {
            Oldest = connection;
        }

        Newest = connection;
    }

    private void Unlink(CapturedConnection connection)
    {
        if (connection.Older is { } older)
        {
            older.Newer = connection.Newer;
        }
        else
        {
            Oldest = connection.Newer;
        }

        if (connection.Newer is { } newer)
        {
            newer.Older = connection.Older;
        }
        else
        {
            Newest = connection.Older;
        }

        (connection.Older, connection.Newer) = (null, null);
    }
}
