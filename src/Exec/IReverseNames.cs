using System.Net;

namespace PixieOrleans.Exec;

/// <summary>Names of addresses, for one execution.</summary>
public interface IReverseNames
{
    /// <summary>
    /// Finds the names of some addresses together. May wait, but for all calls together not longer than the execution
    /// can bear; what is not known by then has no name.
    /// </summary>
    /// <param name="addresses">The addresses, each once.</param>
    /// <returns>A name per address, or null.</returns>
    IReadOnlyList<string?> Find(IReadOnlyList<IPAddress> addresses);
}

/// <summary>Knows no names.</summary>
public sealed class NoReverseNames : IReverseNames
{
    /// <summary>The only one there need be.</summary>
    public static NoReverseNames Instance { get; } = new();

    /// <inheritdoc/>
    public IReadOnlyList<string?> Find(IReadOnlyList<IPAddress> addresses) => new string?[addresses.Count];
}
