using System.Globalization;
using System.Text;
using PixieOrleans.Model;

namespace PixieOrleans.TestKit.Fuzzing;

/// <summary>What a step of a case does.</summary>
public enum StepKind
{
    /// <summary>Bytes arrive at the direction's position, which moves behind them.</summary>
    Data,

    /// <summary>The position moves by an amount: forwards bytes are missing, backwards they come again or late.
    /// </summary>
    Move,

    /// <summary>So many ns pass, and the session is told.</summary>
    Tick,
}

/// <summary>One step of a case; the bytes are shared between cases and never changed.</summary>
public sealed record SessionStep(StepKind Kind, Direction Direction, byte[] Bytes, long Amount)
{
    public static SessionStep Data(Direction direction, byte[] bytes) => new(StepKind.Data, direction, bytes, 0);

    public static SessionStep Move(Direction direction, long amount) => new(StepKind.Move, direction, [], amount);

    public static SessionStep Tick(long ns) => new(StepKind.Tick, Direction.Egress, [], ns);
}

/// <summary>Everything that happens to one connection: a case of a fuzzer, kept as text.</summary>
/// <remarks>
/// Text: lines behind "#" are comments; the first other line names protocol, role and settings; then "&gt; base64" and
/// "&lt; base64" for bytes to and from the traced process, "move &gt; N" and "tick N".
/// </remarks>
public sealed record SessionCase
{
    /// <summary>The protocol.</summary>
    public required Protocol Protocol { get; init; }

    /// <summary>Role, as far as it is known at the beginning.</summary>
    public Role Role { get; init; } = Role.Server;

    /// <summary>True when the connection is older than the tracer.</summary>
    public bool Midstream { get; init; }

    /// <summary>True when every chunk is a datagram.</summary>
    public bool IsDatagram { get; init; }

    /// <summary>FramingOptions.FrameBytes.</summary>
    public int FrameBytes { get; init; } = 64 << 10;

    /// <summary>FramingOptions.StreamBytes.</summary>
    public int StreamBytes { get; init; } = 64 << 10;

    /// <summary>The steps, in order.</summary>
    public required SessionStep[] Steps { get; init; }

    /// <summary>Bytes of all steps.</summary>
    public long PayloadBytes => Steps.Sum(step => (long)step.Bytes.Length);

    /// <summary>Reads the text form.</summary>
    public static SessionCase Parse(IEnumerable<string> lines)
    {
        SessionCase? head = null;
        var steps = new List<SessionStep>();
        foreach (var line in lines.Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (head is null)
            {
                head = ParseHead(line.Split(' '));
            }
            else
            {
                steps.Add(ParseStep(line));
            }
        }

        return (head ?? throw new FormatException("a case without its first line")) with { Steps = [.. steps] };
    }

    /// <summary>The text form.</summary>
    public string Format(string comment)
    {
        var text = new StringBuilder();
        foreach (var line in comment.Split('\n'))
        {
            text.Append("# ").AppendLine(line.TrimEnd());
        }

        text.AppendLine(CultureInfo.InvariantCulture,
            $"{Protocol} {Role} {(Midstream ? 1 : 0)} {(IsDatagram ? 1 : 0)} {FrameBytes} {StreamBytes}");
        foreach (var step in Steps)
        {
            var direction = step.Direction == Direction.Ingress ? '>' : '<';
            text.AppendLine(step.Kind switch
            {
                StepKind.Data => $"{direction} {Convert.ToBase64String(step.Bytes)}",
                StepKind.Move => string.Create(CultureInfo.InvariantCulture, $"move {direction} {step.Amount}"),
                _ => string.Create(CultureInfo.InvariantCulture, $"tick {step.Amount}"),
            });
        }

        return text.ToString();
    }

    private static SessionCase ParseHead(string[] words) => new()
    {
        Protocol = Enum.Parse<Protocol>(words[0]),
        Role = Enum.Parse<Role>(words[1]),
        Midstream = words[2] == "1",
        IsDatagram = words[3] == "1",
        FrameBytes = int.Parse(words[4], CultureInfo.InvariantCulture),
        StreamBytes = int.Parse(words[5], CultureInfo.InvariantCulture),
        Steps = [],
    };

    private static SessionStep ParseStep(string line)
    {
        var words = line.Split(' ');
        return words[0] switch
        {
            ">" => SessionStep.Data(Direction.Ingress, Convert.FromBase64String(words[1])),
            "<" => SessionStep.Data(Direction.Egress, Convert.FromBase64String(words[1])),
            "tick" => SessionStep.Tick(long.Parse(words[1], CultureInfo.InvariantCulture)),
            "move" => SessionStep.Move(
                words[1] == ">" ? Direction.Ingress : Direction.Egress,
                long.Parse(words[2], CultureInfo.InvariantCulture)),
            _ => throw new FormatException($"no step: {line}"),
        };
    }
}
