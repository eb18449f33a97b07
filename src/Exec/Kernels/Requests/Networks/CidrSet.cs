using System.Net;
using System.Text.Json;

namespace PixieOrleans.Exec.Kernels.Requests.Networks;

/// <summary>Networks of a JSON array of CIDRs such as "10.0.0.1/16"; bits of the host part do not matter.</summary>
internal sealed class CidrSet
{
    private readonly List<(UInt128 First, UInt128 Last)> _networks = []; // as IPv6, IPv4 mapped

    private CidrSet()
    {
    }

    /// <summary>Reads the array; null when it is none or has anything but strings. Bad CIDRs are left out.</summary>
    public static CidrSet? Read(ReadOnlySpan<byte> json)
    {
        var set = new CidrSet();
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType != JsonTokenType.String)
                {
                    return null;
                }

                set.Add(reader.GetString()!);
            }

            return reader.Read() ? null : set;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // bad JSON, bad UTF-8 in it
        {
            return null;
        }
    }

    /// <summary>Whether the text is an address in one of the networks.</summary>
    public bool Contains(ReadOnlySpan<byte> address)
    {
        if (!AddressText.TryRead(address, out var bits))
        {
            return false;
        }

        foreach (var (first, last) in _networks)
        {
            if (bits >= first && bits <= last)
            {
                return true;
            }
        }

        return false;
    }

    private void Add(string cidr)
    {
        var slash = cidr.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0
            || !IPAddress.TryParse(cidr.AsSpan(0, slash), out var address)
            || !byte.TryParse(cidr.AsSpan(slash + 1), out var prefix))
        {
            return;
        }

        var length = 8 * address.GetAddressBytes().Length;
        if (prefix <= length)
        {
            var host = length - prefix == 128 ? UInt128.MaxValue : (UInt128.One << (length - prefix)) - 1;
            var bits = AddressText.BitsOf(address);
            _networks.Add((bits & ~host, bits | host));
        }
    }
}
