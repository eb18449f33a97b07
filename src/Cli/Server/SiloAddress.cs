namespace PixieOrleans.Cli.Server;

/// <summary>Finds the address of the silo's API.</summary>
internal static class SiloAddress
{
    /// <summary>Where a silo of this machine listens unless told otherwise.</summary>
    public const string Default = "http://127.0.0.1:7700";

    private const string EnvironmentVariable = "PXO_SERVER";

    /// <summary>The option, else the environment, else the default.</summary>
    public static Uri Resolve(string? option, Func<string, string?> variable)
    {
        var (text, origin) = string.IsNullOrEmpty(option)
            ? (variable(EnvironmentVariable), EnvironmentVariable)
            : (option, "--server");
        text = string.IsNullOrEmpty(text) ? Default : text;
        if (!text.Contains("://", StringComparison.Ordinal))
        {
            text = "http://" + text;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https")
            ? address
            : throw new UsageException($"{origin}: '{text}' is not an http address such as {Default}");
    }
}
