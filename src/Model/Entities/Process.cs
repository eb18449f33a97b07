namespace PixieOrleans.Model.Entities;

/// <summary>A process, also one that has ended.</summary>
/// <param name="Upid">Who it is.</param>
/// <param name="CommandLine">Arguments joined by spaces; empty for a kernel thread.</param>
/// <param name="ContainerId">Its container; empty when it runs in none.</param>
/// <param name="PodId">Its pod where that is not said by its container.</param>
public sealed record Process(Upid Upid, string CommandLine, string ContainerId = "", string PodId = "");
