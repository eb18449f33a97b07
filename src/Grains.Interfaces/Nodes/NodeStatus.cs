using System.Collections.Immutable;

namespace PixieOrleans.Grains.Interfaces.Nodes;

/// <summary>State of a node's probes and tables.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="Asid">Its number in upids.</param>
/// <param name="Version">Version of the silo's program.</param>
/// <param name="State">State of the start.</param>
/// <param name="Reason">Why the state is not Ready, or empty.</param>
/// <param name="Sources">Owners of probes.</param>
/// <param name="Hooks">Places where probes attach.</param>
/// <param name="Losses">Events lost since the start.</param>
/// <param name="Tables">Tables and their budgets.</param>
/// <param name="Capabilities">What the node's kernel can do.</param>
/// <param name="Connections">Connections followed now.</param>
/// <param name="ResidentBytes">Resident memory of the silo's process.</param>
/// <param name="Tls">Processes that use TLS, those with most calls first; bounded.</param>
[GenerateSerializer, Immutable, Alias("pxo.NodeStatus")]
public sealed record NodeStatus(
    [property: Id(0)] string Node,
    [property: Id(1)] uint Asid,
    [property: Id(2)] string Version,
    [property: Id(3)] NodeState State,
    [property: Id(4)] string Reason,
    [property: Id(5)] ImmutableArray<SourceStatus> Sources,
    [property: Id(6)] ImmutableArray<HookStatus> Hooks,
    [property: Id(7)] ImmutableArray<LossStatus> Losses,
    [property: Id(8)] ImmutableArray<TableStatus> Tables,
    [property: Id(9)] ImmutableArray<CapabilityStatus> Capabilities,
    [property: Id(10)] long Connections,
    [property: Id(11)] long ResidentBytes,
    [property: Id(12)] ImmutableArray<TlsStatus> Tls);

/// <summary>How far a node's start has come.</summary>
[GenerateSerializer, Alias("pxo.NodeState")]
public enum NodeState
{
    /// <summary>Probes are being loaded.</summary>
    Starting = 0,

    /// <summary>Every source runs, or is known not to be able to.</summary>
    Ready = 1,

    /// <summary>The start failed and is tried again.</summary>
    Failed = 2,

    /// <summary>The node is going down.</summary>
    Stopped = 3,
}

/// <summary>One source of rows.</summary>
/// <param name="Name">Name of the source.</param>
/// <param name="State">State in one word.</param>
/// <param name="Error">What went wrong and what to do, or null.</param>
/// <param name="PeriodMs">Time between two reads, ms.</param>
/// <param name="Rows">Rows written since the start.</param>
/// <param name="CpuMs">CPU time of its threads since the start, ms.</param>
/// <param name="Losses">What it could not take or write since the start.</param>
[GenerateSerializer, Immutable, Alias("pxo.SourceStatus")]
public sealed record SourceStatus(
    [property: Id(0)] string Name,
    [property: Id(1)] string State,
    [property: Id(2)] string? Error,
    [property: Id(3)] double PeriodMs,
    [property: Id(4)] long Rows,
    [property: Id(5)] double CpuMs,
    [property: Id(6)] long Losses);

/// <summary>One hook.</summary>
/// <param name="Syscall">What is traced.</param>
/// <param name="Kind">Kind of hook in use.</param>
/// <param name="Attached">True when it is attached.</param>
/// <param name="Error">Why it is not, or null.</param>
[GenerateSerializer, Immutable, Alias("pxo.HookStatus")]
public sealed record HookStatus(
    [property: Id(0)] string Syscall,
    [property: Id(1)] string Kind,
    [property: Id(2)] bool Attached,
    [property: Id(3)] string? Error);

/// <summary>Events lost for one cause.</summary>
/// <param name="Cause">The cause.</param>
/// <param name="Total">Events lost since the start.</param>
/// <param name="PerCpu">The same per CPU; empty when the cause is not counted per CPU.</param>
[GenerateSerializer, Immutable, Alias("pxo.LossStatus")]
public sealed record LossStatus(
    [property: Id(0)] string Cause, [property: Id(1)] long Total, [property: Id(2)] ImmutableArray<long> PerCpu);

/// <summary>One table.</summary>
/// <param name="Name">Name of the table.</param>
/// <param name="Rows">Rows held.</param>
/// <param name="Bytes">Bytes held.</param>
/// <param name="BudgetBytes">Most bytes it may hold.</param>
/// <param name="OldestNs">Time of the oldest row, or null without rows.</param>
/// <param name="NewestNs">Time of the newest row, or null without rows.</param>
/// <param name="EvictedRows">Rows pushed out by the budget since the start.</param>
[GenerateSerializer, Immutable, Alias("pxo.TableStatus")]
public sealed record TableStatus(
    [property: Id(0)] string Name,
    [property: Id(1)] long Rows,
    [property: Id(2)] long Bytes,
    [property: Id(3)] long BudgetBytes,
    [property: Id(4)] long? OldestNs,
    [property: Id(5)] long? NewestNs,
    [property: Id(6)] long EvictedRows);

/// <summary>Something that the node's kernel may or may not be able to do.</summary>
/// <param name="Name">What it is.</param>
/// <param name="State">supported, unsupported or unknown.</param>
/// <param name="Reason">Why, or empty.</param>
[GenerateSerializer, Immutable, Alias("pxo.CapabilityStatus")]
public sealed record CapabilityStatus(
    [property: Id(0)] string Name, [property: Id(1)] string State, [property: Id(2)] string Reason);

/// <summary>A process that uses TLS, with one of its libraries.</summary>
/// <param name="ProcessId">Process id.</param>
/// <param name="Process">Name of its program.</param>
/// <param name="Library">Path of the library, or of the program that contains it.</param>
/// <param name="Version">Name and version of the library, or empty.</param>
/// <param name="State">Whether plaintext is seen, in one word.</param>
/// <param name="Method">How connections are found.</param>
/// <param name="Calls">Calls that moved plaintext.</param>
/// <param name="UnlinkedCalls">Calls whose connection was not known: their plaintext is lost.</param>
/// <param name="MixedObjects">Times that a TLS object seemed to belong to a second connection.</param>
/// <param name="AttachMs">From the news of the process to the probes in place, ms; 0 when they were there.</param>
/// <param name="Reason">Why plaintext is not seen and what to do, or empty.</param>
/// <param name="Proof">Whether plaintext comes from where records flow, in one word.</param>
[GenerateSerializer, Immutable, Alias("pxo.TlsStatus")]
public sealed record TlsStatus(
    [property: Id(0)] uint ProcessId,
    [property: Id(1)] string Process,
    [property: Id(2)] string Library,
    [property: Id(3)] string Version,
    [property: Id(4)] string State,
    [property: Id(5)] string Method,
    [property: Id(6)] long Calls,
    [property: Id(7)] long UnlinkedCalls,
    [property: Id(8)] long MixedObjects,
    [property: Id(9)] long AttachMs,
    [property: Id(10)] string Reason,
    [property: Id(11)] string Proof);
