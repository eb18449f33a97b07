namespace PixieOrleans.Exec.Tests.Kernels;

/// <summary>Functions of the catalog that the engine cannot compute yet; a plan that calls one is refused.</summary>
internal static class NotComputedYet
{
    public static readonly IReadOnlySet<string> Names = """
        cidrs_contain_ip nslookup
        """.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
}
