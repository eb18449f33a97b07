namespace PixieOrleans.Grains.Nodes;

/// <summary>Tells whether the running kernel's headers are on this machine; the probes do not need them.</summary>
internal static class KernelHeaders
{
    private const string Release = "/proc/sys/kernel/osrelease";
    private const string OfTheKernelItself = "/sys/kernel/kheaders.tar.xz"; // CONFIG_IKHEADERS

    /// <summary>True when they are found.</summary>
    public static bool AreInstalled()
    {
        try
        {
            return File.Exists(OfTheKernelItself)
                || Directory.Exists($"/lib/modules/{File.ReadAllText(Release).Trim()}/build");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // not found
        }
    }
}
