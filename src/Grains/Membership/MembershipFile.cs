using System.Text.Json;

namespace PixieOrleans.Grains.Membership;

/// <summary>The file behind <see cref="FileMembershipTable"/>; shared by processes of one machine.</summary>
internal sealed class MembershipFile
{
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(5);
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };
    private readonly string _path;
    private readonly TimeProvider _time;

    public MembershipFile(string path, TimeProvider time)
    {
        _path = Path.GetFullPath(path);
        _time = time;
    }

    /// <summary>The state; an empty one when there is no file. Never a half-written one.</summary>
    /// <exception cref="IOException">The file cannot be read; nothing is assumed then.</exception>
    public async Task<MembershipState> ReadAsync(string clusterId)
    {
        byte[] bytes;
        try
        {
            bytes = await File.ReadAllBytesAsync(_path);
        }
        catch (FileNotFoundException)
        {
            return new MembershipState { ClusterId = clusterId };
        }

        var state = Parse(bytes);
        return state.ClusterId == clusterId
            ? state
            : throw new IOException(
                $"The membership file {_path} belongs to the cluster '{state.ClusterId}', not to '{clusterId}'.");
    }

    /// <summary>
    /// Reads, changes and replaces the state under the lock, unless <paramref name="change"/> returns false.
    /// </summary>
    public async Task<bool> ChangeAsync(string clusterId, Func<MembershipState, bool> change)
    {
        await using var held = await LockAsync();
        var state = await ReadAsync(clusterId);
        if (!change(state))
        {
            return false;
        }

        var next = $"{_path}.next";
        await File.WriteAllBytesAsync(next, JsonSerializer.SerializeToUtf8Bytes(state, Json));
        File.Move(next, _path, overwrite: true);
        return true;
    }

    /// <summary>Forgets a cluster.</summary>
    public async Task DeleteAsync(string clusterId)
    {
        await using var held = await LockAsync();
        await ReadAsync(clusterId); // refuses another cluster's file
        File.Delete(_path);
    }

    private MembershipState Parse(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<MembershipState>(bytes, Json)
                ?? throw new IOException($"The membership file {_path} is empty.");
        }
        catch (JsonException e)
        {
            throw new IOException($"The membership file {_path} cannot be read: {e.Message}", e);
        }
    }

    // The kernel drops the lock with its holder, so a killed silo never blocks the others.
    private async Task<FileStream> LockAsync()
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream($"{_path}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (_time.GetElapsedTime(started) < LockTimeout)
            {
                await Task.Delay(LockRetry, _time);
            }
        }
    }
}
