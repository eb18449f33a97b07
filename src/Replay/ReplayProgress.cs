namespace PixieOrleans.Replay;

/// <summary>How far a replay is.</summary>
/// <param name="FileBytes">Bytes of the file read.</param>
/// <param name="Packets">Packets read.</param>
public readonly record struct ReplayProgress(long FileBytes, long Packets);
