using System.Globalization;
using System.Text;

namespace PixieOrleans.Api.Profiles;

/// <summary>
/// A flame graph as SVG: a box per frame, as wide as its share of the samples, callers below. A pointer shows the whole
/// name and the share; a click widens a box to the whole width; a search (Ctrl-F) marks boxes by their names.
/// </summary>
internal static class FlameGraph
{
    /// <summary>Content-Security-Policy: its own script and style, nothing else.</summary>
    public const string Policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'";

    private const int Width = 1200; // px, as all below
    private const int FrameHeight = 17;
    private const int Head = 44;
    private const int Foot = 28;
    private const double MinWidth = 0.1; // a narrower box is left out; its samples are in its callers

    /// <summary>Draws stacks, which are in the order of their text.</summary>
    public static string Draw(IReadOnlyList<KeyValuePair<string, long>> counts, ProfileKind kind)
    {
        var total = counts.Sum(stack => stack.Value);
        var boxes = BoxesOf(counts, total);
        var height = Head + Foot + (FrameHeight * (boxes.Select(box => box.Depth).DefaultIfEmpty().Max() + 1));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{height}" viewBox="0 0 {Width} {height}">
            <style>{FlameGraphParts.Style}</style>
            <rect width="100%" height="100%" fill="#fdf6ec"/>
            <text x="10" y="24" class="b" id="reset">{kind.Title}, {total} {kind.Noun}</text>
            <text x="{Width - 10}" y="24" class="b e" id="search">search (Ctrl-F)</text>
            <text x="10" y="{height - 10}" id="detail"> </text>
            <text x="{Width - 10}" y="{height - 10}" class="e" id="found"> </text>
            <g id="boxes">

            """);
        foreach (var box in boxes)
        {
            Append(svg, box, total, height - Foot - (FrameHeight * (box.Depth + 1)), kind.Noun);
        }

        return svg.Append("</g>\n<script><![CDATA[\n").Append(FlameGraphParts.Script).Append("]]></script>\n</svg>\n")
            .ToString();
    }

    private static List<Box> BoxesOf(IReadOnlyList<KeyValuePair<string, long>> counts, long total)
    {
        var (boxes, open) = (new List<Box>(), new List<(string Name, long Start)> { ("all", 0) });
        var at = 0L; // samples so far
        foreach (var (stack, count) in counts)
        {
            var frames = stack.Split(';');
            var shared = 0;
            while (shared < frames.Length && shared + 1 < open.Count && open[shared + 1].Name == frames[shared])
            {
                shared++;
            }

            Close(boxes, open, shared + 1, at, total);
            open.AddRange(frames.Skip(shared).Select(frame => (frame, at)));
            at += count;
        }

        Close(boxes, open, 0, at, total);
        return boxes;
    }

    private static void Close(List<Box> boxes, List<(string Name, long Start)> open, int keep, long at, long total)
    {
        while (open.Count > keep)
        {
            var (name, start) = open[^1];
            open.RemoveAt(open.Count - 1);
            var box = new Box(name, open.Count, start, at - start);
            if (total == 0 || (double)box.Samples / total * Width >= MinWidth)
            {
                boxes.Add(box);
            }
        }
    }

    private static void Append(StringBuilder svg, in Box box, long total, int y, string noun)
    {
        var scale = total == 0 ? 0 : (double)Width / total;
        var name = Escape(box.Name);
        var share = total == 0 ? 0 : 100.0 * box.Samples / total;
        svg.Append(CultureInfo.InvariantCulture, $"""
            <g data-x="{box.Start}" data-n="{box.Samples}"><title>{name} ({box.Samples} {noun}, {share:0.00}%)</title>
            """);
        svg.Append(CultureInfo.InvariantCulture, $"""
            <rect x="{box.Start * scale:0.##}" y="{y}" width="{box.Samples * scale:0.##}" height="{FrameHeight - 1}"
            """);
        svg.Append(CultureInfo.InvariantCulture, $"""
             fill="{ColorOf(box.Name)}"/><text x="{(box.Start * scale) + 3:0.##}" y="{y + 12}"></text></g>

            """);
    }

    /// <summary>The same for a name in every graph: frames of the kernel orange, others from yellow to red.</summary>
    private static string ColorOf(string name)
    {
        var hash = name.Aggregate(17u, (sum, letter) => (sum * 31) + letter);
        return name.StartsWith("[k] ", StringComparison.Ordinal)
            ? $"hsl({24 + (hash % 8)},90%,{62 + (hash % 7)}%)"
            : $"hsl({36 + (hash % 22)},85%,{60 + (hash % 15)}%)";
    }

    /// <summary>Names come from the programs: nothing of them may become markup, or break it.</summary>
    private static string Escape(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes()) // what is no character is replaced
        {
            _ = rune.Value switch
            {
                '<' => text.Append("&lt;"),
                '>' => text.Append("&gt;"),
                '&' => text.Append("&amp;"),
                '"' => text.Append("&quot;"),
                < ' ' or 0xFFFE or 0xFFFF => text.Append('\uFFFD'), // XML does not allow them
                _ => text.Append(rune),
            };
        }

        return text.ToString();
    }

    /// <summary>One frame.</summary>
    /// <param name="Name">The function.</param>
    /// <param name="Depth">Callers below.</param>
    /// <param name="Start">Samples left of it.</param>
    /// <param name="Samples">Samples in it and what it called.</param>
    private readonly record struct Box(string Name, int Depth, long Start, long Samples);
}
