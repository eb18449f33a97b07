namespace PixieOrleans.Api.Contracts;

/// <summary>Answer of GET /api/v1/status.</summary>
/// <param name="Nodes">The nodes, by name.</param>
public sealed record StatusContract(NodeStatusContract[] Nodes);

/// <summary>State of one node's probes and tables; only Node and Error when the node does not answer.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="Answered">True when the node answered.</param>
/// <param name="Error">Why it did not, or null.</param>
/// <param name="State">starting, ready, failed or stopped.</param>
/// <param name="Reason">Why the state is not ready.</param>
/// <param name="Asid">Number of the node in upids.</param>
/// <param name="Version">Version of the silo's program.</param>
/// <param name="Connections">Connections followed now.</param>
/// <param name="ResidentBytes">Resident memory of the silo's process.</param>
/// <param name="Sources">Owners of probes.</param>
/// <param name="Hooks">Places where probes attach.</param>
/// <param name="Losses">Events lost since the start.</param>
/// <param name="Tables">Tables and their budgets.</param>
/// <param name="Capabilities">What the node's kernel can do.</param>
/// <param name="Tls">Processes that use TLS, those with most calls first; 1,000 at most.</param>
public sealed record NodeStatusContract(
    string Node,
    bool Answered,
    string? Error,
    string? State,
    string? Reason,
    long Asid,
    string? Version,
    long Connections,
    long ResidentBytes,
    SourceContract[] Sources,
    HookContract[] Hooks,
    LossContract[] Losses,
    TableStatusContract[] Tables,
    CapabilityContract[] Capabilities,
    TlsProcessContract[] Tls);

/// <summary>A process that uses TLS, with one of its libraries.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="Process">Name of its program.</param>
/// <param name="State">attached, excluded, failed, or unknown (has TLS connections, but no library that is seen
/// through).</param>
/// <param name="Proof">proved (plaintext came of its connections), library (of another process with the library),
/// self-test (the probes saw known calls of the library), blind (records of TLS flow, or known calls are made, and no
/// plaintext comes), or not yet (nothing to judge by).</param>
/// <param name="Library">Path of the library, or of the program that contains it.</param>
/// <param name="Version">Name and version of the library.</param>
/// <param name="Method">How connections are found: nested, cipher, both, or none yet.</param>
/// <param name="Calls">Calls that moved plaintext.</param>
/// <param name="Unlinked">Calls whose connection was not known: their plaintext is lost.</param>
/// <param name="Mixed">Times that a TLS object seemed to belong to a second connection.</param>
/// <param name="AttachMs">From the news of the process to the probes in place; 0 when they were there before.</param>
/// <param name="Reason">Why plaintext is not seen, and what to do.</param>
public sealed record TlsProcessContract(
    long Pid,
    string Process,
    string State,
    string Proof,
    string Library,
    string Version,
    string Method,
    long Calls,
    long Unlinked,
    long Mixed,
    long AttachMs,
    string Reason);

/// <summary>One source of rows.</summary>
/// <param name="Name">Name of the source.</param>
/// <param name="State">State in one word.</param>
/// <param name="Error">What went wrong, or null.</param>
/// <param name="PeriodMs">Time between two reads.</param>
/// <param name="Rows">Rows written since the start.</param>
/// <param name="CpuMs">CPU time of its threads since the start.</param>
/// <param name="Losses">What it could not take or write since the start.</param>
public sealed record SourceContract(
    string Name, string State, string? Error, double PeriodMs, long Rows, double CpuMs, long Losses);

/// <summary>One hook.</summary>
/// <param name="Syscall">What is traced.</param>
/// <param name="Kind">Kind of hook in use.</param>
/// <param name="Attached">True when attached.</param>
/// <param name="Error">Why not, or null.</param>
public sealed record HookContract(string Syscall, string Kind, bool Attached, string? Error);

/// <summary>Events lost for one cause.</summary>
/// <param name="Cause">The cause.</param>
/// <param name="Total">Events lost since the start.</param>
/// <param name="PerCpu">The same per CPU; empty when not counted per CPU.</param>
public sealed record LossContract(string Cause, long Total, long[] PerCpu);

/// <summary>State of one table.</summary>
/// <param name="Name">Name of the table.</param>
/// <param name="Rows">Rows held.</param>
/// <param name="Bytes">Bytes held.</param>
/// <param name="BudgetBytes">Most bytes it may hold.</param>
/// <param name="Oldest">Time of the oldest row, RFC 3339, or null.</param>
/// <param name="Newest">Time of the newest row, or null.</param>
/// <param name="EvictedRows">Rows pushed out by the budget since the start.</param>
public sealed record TableStatusContract(
    string Name, long Rows, long Bytes, long BudgetBytes, string? Oldest, string? Newest, long EvictedRows);

/// <summary>Something that the node's kernel may or may not be able to do.</summary>
/// <param name="Name">What it is.</param>
/// <param name="State">supported, unsupported or unknown.</param>
/// <param name="Reason">Why.</param>
public sealed record CapabilityContract(string Name, string State, string Reason);
