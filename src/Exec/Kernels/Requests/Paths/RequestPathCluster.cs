namespace PixieOrleans.Exec.Kernels.Requests.Paths;

/// <summary>Paths of one depth that have components in common.</summary>
/// <param name="template">What they have in common.</param>
/// <param name="members">The paths, while they are few; empty means that the template stands for all.</param>
internal sealed class RequestPathCluster(byte[] template, List<byte[]> members)
{
    private const int MaxMembers = 5; // more are only known by the template

    /// <summary>A cluster of one path.</summary>
    public RequestPathCluster(byte[] path)
        : this(path, [path])
    {
    }

    /// <summary>What the paths have in common.</summary>
    public byte[] Template { get; private set; } = template;

    /// <summary>The paths, or none when the template stands for all.</summary>
    public List<byte[]> Members { get; } = members;

    /// <summary>Adds the paths of a cluster of the same depth.</summary>
    public void Add(RequestPathCluster other)
    {
        Template = RequestPaths.Generalize(Template, other.Template);
        if (Members.Count == 0 || other.Members.Count == 0)
        {
            Members.Clear();
            return;
        }

        foreach (var path in other.Members)
        {
            if (!HasMember(path))
            {
                Members.Add(path);
            }
        }

        if (Members.Count > MaxMembers)
        {
            Members.Clear();
        }
    }

    /// <summary>Whether the path is one of the few members.</summary>
    public bool HasMember(ReadOnlySpan<byte> path)
    {
        foreach (var member in Members)
        {
            if (path.SequenceEqual(member))
            {
                return true;
            }
        }

        return false;
    }
}
