namespace PixieOrleans.Exec.Kernels.Requests.Paths;

/// <summary>
/// Paths of requests as bytes "a/b/c": without the query, and without the first slash, so that "/a" is the same as
/// "a". A component "*" of a template stands for any.
/// </summary>
internal static class RequestPaths
{
    private const byte Slash = (byte)'/';

    private static ReadOnlySpan<byte> Any => "*"u8;

    /// <summary>The path of a request's target; a part of it.</summary>
    public static ReadOnlySpan<byte> Normalize(ReadOnlySpan<byte> target)
    {
        var query = target.IndexOf((byte)'?');
        var path = query < 0 ? target : target[..query];
        return path.Length > 0 && path[0] == Slash ? path[1..] : path;
    }

    /// <summary>Number of components; at least 1.</summary>
    public static int Depth(ReadOnlySpan<byte> path) => 1 + path.Count(Slash);

    /// <summary>Number of components that both have at the same place, those that stand for any left out.</summary>
    public static int CountShared(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var shared = 0;
        while (true)
        {
            var component = Cut(ref left, out var hasLeft);
            if (component.SequenceEqual(Cut(ref right, out var hasRight)) && !component.SequenceEqual(Any))
            {
                shared++;
            }

            if (!hasLeft || !hasRight)
            {
                return shared;
            }
        }
    }

    /// <summary>Whether a path is one of those that a template stands for.</summary>
    public static bool Matches(ReadOnlySpan<byte> path, ReadOnlySpan<byte> template)
    {
        while (true)
        {
            var component = Cut(ref path, out var hasPath);
            var wanted = Cut(ref template, out var hasTemplate);
            if (hasPath != hasTemplate || (!wanted.SequenceEqual(Any) && !wanted.SequenceEqual(component)))
            {
                return false;
            }

            if (!hasPath)
            {
                return true;
            }
        }
    }

    /// <summary>The template with "*" where another path of the same depth differs.</summary>
    public static byte[] Generalize(ReadOnlySpan<byte> template, ReadOnlySpan<byte> other)
    {
        var result = new List<byte>(template.Length);
        while (true)
        {
            var component = Cut(ref template, out var hasMore);
            var isSame = component.SequenceEqual(Cut(ref other, out _));
            foreach (var value in isSame ? component : Any)
            {
                result.Add(value);
            }

            if (!hasMore)
            {
                return [.. result];
            }

            result.Add(Slash);
        }
    }

    /// <summary>Takes the first component off a path.</summary>
    public static ReadOnlySpan<byte> Cut(ref ReadOnlySpan<byte> path, out bool hasMore)
    {
        var end = path.IndexOf(Slash);
        hasMore = end >= 0;
        var component = hasMore ? path[..end] : path;
        path = hasMore ? path[(end + 1)..] : default;
        return component;
    }
}
