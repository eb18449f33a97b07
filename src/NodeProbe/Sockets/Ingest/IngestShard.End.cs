using PixieOrleans.Model;

namespace PixieOrleans.NodeProbe.Sockets.Ingest;

/// <content>How sessions and connections end: by a defect, by a bound, or because they are over.</content>
internal sealed partial class IngestShard
{
    private void Fault(Connection connection, Exception error)
    {
        Counters.SessionFaults++;
        Notices.Add(connection, error.ToString(), isFault: true);
        Ignore(connection);
    }

    private void Ignore(Connection connection)
    {
        DisposeSession(connection);
        connection.Payload = PayloadState.Ignored;
        probe.Demote(connection.Id, connection.Plaintext);
    }

    private void KeepBytesBound()
    {
        if (Counters.RetainedBytes <= settings.MaxSessionBytes)
        {
            return;
        }

        for (var victim = _connections.Oldest;
            victim is not null && Counters.RetainedBytes > settings.MaxSessionBytes;
            victim = victim.Newer)
        {
            if (victim.RetainedBytes > 0)
            {
                Counters.EvictedSessions++;
                EndSession(victim, victim.LastEventNs, victim.Seen);
                victim.Resumed = true;
            }
        }
    }

    private void Drop(Connection connection, long timeNs)
    {
        EndSession(connection, timeNs, connection.Seen);
        _connections.Remove(connection);
    }

    private void EndSession(Connection connection, long timeNs, (ulong Sent, ulong Received) totals)
    {
        if (connection.Session is null)
        {
            return;
        }

        try
        {
            connection.Session.OnClose(
                timeNs,
                totals.Sent - Math.Min(connection.SentBase, totals.Sent),
                totals.Received - Math.Min(connection.ReceivedBase, totals.Received));
        }
        catch (Exception e)
        {
            Counters.SessionFaults++;
            Notices.Add(connection, e.ToString(), isFault: true);
        }

        if (connection.Role == Role.None)
        {
            connection.Role = connection.Context!.Role;
        }

        DisposeSession(connection);
    }

    private void DisposeSession(Connection connection)
    {
        Counters.RetainedBytes -= connection.RetainedBytes;
        Counters.Sessions--;
        connection.RetainedBytes = 0;
        connection.Session!.Dispose();
        (connection.Session, connection.Context) = (null, null);
    }
}
