namespace PixieOrleans.Pxl.Diagnostics;

/// <summary>Finds the name that was probably meant.</summary>
internal static class Suggestion
{
    private const int MaxNameLength = 64; // longer names are not compared

    /// <summary>"did you mean 'x'?" for the nearest of the candidates, or null when none is near.</summary>
    public static string? For(string name, IEnumerable<string> candidates)
    {
        if (name.Length > MaxNameLength)
        {
            return null;
        }

        string? nearest = null;
        var best = Math.Max(1, name.Length / 3) + 1;
        foreach (var candidate in candidates)
        {
            if (candidate.Length > MaxNameLength || Math.Abs(candidate.Length - name.Length) >= best)
            {
                continue;
            }

            var distance = Distance(name, candidate);
            if (distance < best)
            {
                (nearest, best) = (candidate, distance);
            }
        }

        return nearest is null ? null : $"did you mean '{nearest}'?";
    }

    // Edit distance in which swapping two neighbours counts once; case does not count.
    private static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            rows[i, 0] = i;
        }

        for (var j = 0; j <= right.Length; j++)
        {
            rows[0, j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var change = Same(left[i - 1], right[j - 1]) ? 0 : 1;
                var cost = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                {
                    cost = Math.Min(cost, rows[i - 2, j - 2] + 1);
                }

                rows[i, j] = cost;
            }
        }

        return rows[left.Length, right.Length];
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
