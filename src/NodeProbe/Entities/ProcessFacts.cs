namespace PixieOrleans.NodeProbe.Entities;

/// <summary>What /proc tells about a process.</summary>
/// <param name="Stat">Identity.</param>
/// <param name="CommandLine">Arguments joined by spaces; empty for a kernel thread.</param>
/// <param name="Executable">File name of the program, without its folder.</param>
/// <param name="Place">Where its control group puts it.</param>
/// <param name="NetNamespace">Names its network namespace; empty when hidden.</param>
internal sealed record ProcessFacts(
    ProcessStat Stat, string CommandLine, string Executable, CgroupPlace Place, string NetNamespace);

/// <summary>What identifies a process and may be read often.</summary>
/// <param name="ProcessId">Process id.</param>
/// <param name="ParentId">Process id of the parent; 0 for none.</param>
/// <param name="StartTicks">Start in ticks of 10 ms since boot.</param>
/// <param name="Name">The first 15 bytes of the program's name; changes when the process executes another.</param>
/// <param name="IsKernelThread">True for a thread of the kernel.</param>
internal readonly record struct ProcessStat(
    uint ProcessId, uint ParentId, ulong StartTicks, string Name, bool IsKernelThread);

/// <summary>The machine's processes.</summary>
internal interface IProcessReader
{
    /// <summary>Writes the ids of all processes that run.</summary>
    void List(ICollection<uint> processIds);

    /// <summary>Identity of a process; null when it has ended.</summary>
    ProcessStat? ReadStat(uint processId);

    /// <summary>All facts; null when it has ended.</summary>
    ProcessFacts? Read(uint processId);

    /// <summary>Addresses of a process' network namespace, except those that mean the machine itself.</summary>
    IReadOnlyList<string> ReadAddresses(uint processId);

    /// <summary>The name of a container; null when its runtime keeps none that can be read.</summary>
    string? ReadContainerName(CgroupPlace place);
}
