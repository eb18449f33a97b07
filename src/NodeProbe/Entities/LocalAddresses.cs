using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PixieOrleans.NodeProbe.Entities;

/// <summary>Addresses of a network namespace from /proc/PID/net; those that every machine has are left out.</summary>
internal static class LocalAddresses
{
    private const int IPv6HexDigits = 32;
    private const int LinkScope = 0x20; // IPV6_ADDR_LINKLOCAL, as if_inet6 prints it
    private const int HostScope = 0x10; // IPV6_ADDR_LOOPBACK

    /// <summary>IPv4 addresses of a file fib_trie: the leaf "|-- ADDRESS" before a line "/32 host LOCAL".</summary>
    public static IEnumerable<string> OfIPv4(string fibTrie)
    {
        var leaf = "";
        foreach (var line in fibTrie.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith("|-- ", StringComparison.Ordinal))
            {
                leaf = line[4..];
            }
            else if (line == "/32 host LOCAL" && IPAddress.TryParse(leaf, out var address)
                && address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))
            {
                yield return leaf;
            }
        }
    }

    /// <summary>IPv6 addresses of a file if_inet6: "ADDRESS index prefix scope flags interface", all hex.</summary>
    public static IEnumerable<string> OfIPv6(string interfaces)
    {
        foreach (var line in interfaces.Split('\n'))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length >= 4 && fields[0].Length == IPv6HexDigits
                && int.TryParse(fields[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var scope)
                && (scope & (LinkScope | HostScope)) == 0)
            {
                yield return new IPAddress(Convert.FromHexString(fields[0])).ToString();
            }
        }
    }

    /// <summary>Both kinds, IPv4 first, each once.</summary>
    public static IReadOnlyList<string> Read(ProcFile files, uint processId)
    {
        var folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/net/");
        var fibTrie = Encoding.UTF8.GetString(files.Read(folder + "fib_trie"));
        var interfaces = Encoding.UTF8.GetString(files.Read(folder + "if_inet6"));
        return [.. OfIPv4(fibTrie).Concat(OfIPv6(interfaces)).Distinct(StringComparer.Ordinal)];
    }
}
