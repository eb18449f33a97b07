using System.Globalization;
using PixieOrleans.Grains.Interfaces.Queries;

namespace PixieOrleans.Api.Profiles;

/// <summary>What GET /api/v1/profile was asked for, as in the query string.</summary>
internal sealed record ProfileParameters(
    string? Start,
    string? End,
    string? Node,
    string? Pod,
    string? Service,
    string? Format,
    string? Hz,
    string? TimeoutMs,
    string? OffCpu = null)
{
    private const string DefaultStart = "-5m";
    private const int MaxHz = 999;
    private const string Function = "stacks";

    /// <summary>Checks and translates them.</summary>
    /// <param name="asid">Number of the node, when one is named.</param>
    /// <exception cref="FormatException">One cannot be used; the message says which and why.</exception>
    public ProfileRequest Read(uint? asid) => new(
        Format switch
        {
            null or "" or "folded" => ProfileFormat.Folded,
            "pprof" => ProfileFormat.Pprof,
            "svg" => ProfileFormat.Svg,
            "speedscope" => ProfileFormat.Speedscope,
            _ => throw new FormatException($"format '{Format}' is none of folded, pprof, svg, speedscope"),
        },
        ReadKind(),
        ReadNumber(nameof(Hz), Hz, MaxHz) is { } hz ? 1_000_000_000L / hz : null,
        new QueryRequest(ScriptText(asid), ReadNumber(nameof(TimeoutMs), TimeoutMs, int.MaxValue))
        {
            Functions = [new FunctionCall(Function, [.. Arguments()], Function)],
        });

    private ProfileKind ReadKind() => OffCpu switch
    {
        null or "" or "false" => ProfileKind.OnCpu,
        "true" when !string.IsNullOrEmpty(Hz) => throw new FormatException("hz is of samples: not with offCpu"),
        "true" => ProfileKind.OffCpu,
        _ => throw new FormatException($"offCpu '{OffCpu}' is neither true nor false"),
    };

    // Values are arguments of a function: none of them becomes text of the script.
    private IEnumerable<FunctionArgument> Arguments()
    {
        var start = ProfileTime.Parse("start", string.IsNullOrEmpty(Start) ? DefaultStart : Start);
        yield return new("start", start.Text);
        if (!string.IsNullOrEmpty(End))
        {
            var end = ProfileTime.Parse("end", End);
            yield return end.IsNotAfter(start)
                ? throw new FormatException($"end '{End}' is not after start '{Start ?? DefaultStart}'")
                : new("end", end.Text);
        }

        foreach (var (name, value) in Filters())
        {
            yield return new(name, value);
        }
    }

    private IEnumerable<(string Name, string Value)> Filters() =>
        new[] { ("pod", Pod), ("service", Service) }
            .Where(filter => !string.IsNullOrEmpty(filter.Item2))
            .Select(filter => (filter.Item1, filter.Item2!));

    private string ScriptText(uint? asid)
    {
        var hasEnd = !string.IsNullOrEmpty(End);
        var filters = Filters().Select(filter => filter.Name).ToList();
        var parameters = string.Concat(
            new[] { hasEnd ? ", end: str" : "" }.Concat(filters.Select(name => $", {name}: str")));
        var ofNode = asid is null ? "" : $"    df = df[px.upid_to_asid(df.upid) == {asid}]\n";
        var conditions = string.Concat(
            filters.Select(name => $"    df = df[px.contains(df.ctx['{name}'], {name})]\n"));
        var kind = ReadKind();
        return $"""
            import px
            def {Function}(start: str{parameters}):
                df = px.DataFrame('{kind.Table}', start_time=start{(hasEnd ? ", end_time=end" : "")})
            {ofNode}{conditions}    df.cmdline = df.ctx['cmdline']
                return df.groupby(['cmdline', 'stack_trace']).agg(count=('{kind.Column}', px.sum))

            """;
    }

    private static int? ReadNumber(string name, string? text, int max)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1 && number <= max
            ? number
            : throw new FormatException($"{char.ToLowerInvariant(name[0])}{name[1..]} is not a number from 1 to {max}");
    }
}

/// <summary>A profile that was asked for.</summary>
/// <param name="Format">Its form.</param>
/// <param name="Kind">What it is of.</param>
/// <param name="PeriodNs">CPU time of a sample, when the asker knows it.</param>
/// <param name="Query">The query for its stacks.</param>
internal sealed record ProfileRequest(ProfileFormat Format, ProfileKind Kind, long? PeriodNs, QueryRequest Query);
