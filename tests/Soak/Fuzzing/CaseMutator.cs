using PixieOrleans.Model;
using PixieOrleans.TestKit.Fuzzing;

namespace PixieOrleans.Soak.Fuzzing;

/// <summary>Changes what happens to a connection: bytes, their order and cuts, gaps, repeats, times, what is known.
/// </summary>
internal sealed class CaseMutator(Random random)
{
    private const int MaxSteps = 400;
    private const int MaxPayloadBytes = 96 << 10;
    private static readonly long[] Ticks = [1_000_000, 1_500_000_000, 61_000_000_000];
    private readonly Random _random = random;
    private readonly ByteMutator _bytes = new(random);

    /// <summary>A case made of <paramref name="original"/> with parts of <paramref name="other"/>.</summary>
    public SessionCase Mutate(SessionCase original, SessionCase other)
    {
        var steps = original.Steps.ToList();
        for (var i = 1 << _random.Next(5); i > 0; i--)
        {
            MutateOnce(steps, other.Steps);
        }

        if (steps.Count > MaxSteps)
        {
            steps.RemoveRange(MaxSteps, steps.Count - MaxSteps);
        }

        var mutated = original with { Steps = [.. steps] };
        mutated = mutated.PayloadBytes > MaxPayloadBytes ? original : mutated;
        return _random.Next(8) == 0 ? MutateSettings(mutated) : mutated;
    }

    private SessionCase MutateSettings(SessionCase fuzzed) => _random.Next(6) switch
    {
        0 => fuzzed with { Role = (Role)(1 << _random.Next(3)) },
        1 => fuzzed with { Role = Role.None },
        2 => fuzzed with { Midstream = !fuzzed.Midstream },
        3 => fuzzed with { FrameBytes = 256 << (4 * _random.Next(3)) },
        4 => fuzzed with { StreamBytes = (4 << 10) << (4 * _random.Next(2)) },
        _ => fuzzed with
        {
            Role = fuzzed.Role == Role.Server ? Role.Client : Role.Server,
            Steps = [.. fuzzed.Steps.Select(step => step with { Direction = Opposite(step.Direction) })],
        },
    };

    private void MutateOnce(List<SessionStep> steps, SessionStep[] other)
    {
        if (steps.Count == 0)
        {
            steps.AddRange(other);
            return;
        }

        var at = _random.Next(steps.Count);
        switch (_random.Next(16))
        {
            case <= 6:
                ChangeBytes(steps, at, other);
                break;
            case 7:
                Cut(steps, at);
                break;
            case 8:
                (steps[at], steps[^1]) = (steps[^1], steps[at]);
                break;
            case 9:
                SwapNeighbours(steps, at);
                break;
            case 10:
                steps.RemoveAt(at);
                break;
            case 11:
                steps.Insert(_random.Next(steps.Count + 1), steps[at]);
                break;
            case 12:
                Splice(steps, at, other);
                break;
            case 13:
                steps.Insert(at, SessionStep.Tick(Ticks[_random.Next(Ticks.Length)]));
                break;
            case 14:
                steps.Insert(at, SessionStep.Move(steps[at].Direction, Distance(steps[at])));
                break;
            default:
                Displace(steps, at);
                break;
        }
    }

    private void ChangeBytes(List<SessionStep> steps, int at, SessionStep[] other)
    {
        var donor = other.Length > 0 ? other[_random.Next(other.Length)].Bytes : [];
        steps[at] = steps[at].Kind == StepKind.Data
            ? steps[at] with { Bytes = _bytes.Mutate(steps[at].Bytes, donor) }
            : steps[at] with { Amount = steps[at].Amount + _random.Next(-4, 5) };
    }

    // Two pieces of one, at times with something of the other direction or a gap between them.
    private void Cut(List<SessionStep> steps, int at)
    {
        var bytes = steps[at].Bytes;
        if (bytes.Length < 2)
        {
            return;
        }

        var cut = _random.Next(1, bytes.Length);
        var lost = _random.Next(3) == 0 ? _random.Next(bytes.Length - cut) : 0;
        steps[at] = steps[at] with { Bytes = bytes[..cut] };
        if (lost > 0)
        {
            steps.Insert(++at, SessionStep.Move(steps[at - 1].Direction, lost));
        }

        var rest = steps[at] with { Kind = StepKind.Data, Bytes = bytes[(cut + lost)..], Amount = 0 };
        steps.Insert(Math.Min(steps.Count, at + 1 + _random.Next(3)), rest);
    }

    private static void SwapNeighbours(List<SessionStep> steps, int at)
    {
        if (at > 0)
        {
            (steps[at - 1], steps[at]) = (steps[at], steps[at - 1]);
        }
    }

    private void Splice(List<SessionStep> steps, int at, SessionStep[] other)
    {
        if (other.Length > 0)
        {
            var from = _random.Next(other.Length);
            steps.InsertRange(at, other.AsSpan(from, 1 + _random.Next(Math.Min(8, other.Length - from))));
        }
    }

    // The chunk arrives after the next of its direction, at its own position.
    private static void Displace(List<SessionStep> steps, int at)
    {
        var moved = steps[at];
        var next = steps.FindIndex(
            at + 1, step => step.Kind == StepKind.Data && step.Direction == moved.Direction);
        if (moved.Kind != StepKind.Data || next < 0)
        {
            return;
        }

        var length = moved.Bytes.Length;
        var nextLength = steps[next].Bytes.Length;
        steps[at] = SessionStep.Move(moved.Direction, length);
        steps.InsertRange(
            next + 1,
            [
                SessionStep.Move(moved.Direction, -length - nextLength),
                moved,
                SessionStep.Move(moved.Direction, nextLength),
            ]);
    }

    private long Distance(SessionStep step) => _random.Next(5) switch
    {
        0 => -1 - _random.Next(1 + step.Bytes.Length),
        1 => step.Bytes.Length,
        2 => 1L << _random.Next(62),
        _ => 1 + _random.Next(2000),
    };

    private static Direction Opposite(Direction direction) =>
        direction == Direction.Egress ? Direction.Ingress : Direction.Egress;
}
