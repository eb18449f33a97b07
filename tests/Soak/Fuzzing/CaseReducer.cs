using PixieOrleans.TestKit.Fuzzing;

namespace PixieOrleans.Soak.Fuzzing;

/// <summary>Makes a case that fails smaller while it fails: fewer steps, fewer bytes.</summary>
internal sealed class CaseReducer(Func<SessionCase, bool> fails)
{
    private const int MaxTries = 3000;
    private readonly Func<SessionCase, bool> _fails = fails;
    private int _tries;

    public SessionCase Reduce(SessionCase failing)
    {
        for (var size = failing.Steps.Length / 2; size > 0; size /= 2)
        {
            for (var at = failing.Steps.Length - size; at >= 0; at -= size)
            {
                SessionStep[] fewer = [.. failing.Steps[..at], .. failing.Steps[(at + size)..]];
                failing = Smaller(failing, failing with { Steps = fewer });
                at = Math.Min(at, failing.Steps.Length);
            }
        }

        for (var step = 0; step < failing.Steps.Length; step++)
        {
            failing = ReduceBytes(failing, step);
        }

        return failing;
    }

    private SessionCase ReduceBytes(SessionCase failing, int step)
    {
        for (var size = failing.Steps[step].Bytes.Length / 2; size > 0; size /= 2)
        {
            for (var at = failing.Steps[step].Bytes.Length - size; at >= 0; at -= size)
            {
                var bytes = failing.Steps[step].Bytes;
                if (at + size > bytes.Length)
                {
                    continue;
                }

                var steps = (SessionStep[])failing.Steps.Clone();
                steps[step] = steps[step] with { Bytes = [.. bytes[..at], .. bytes[(at + size)..]] };
                failing = Smaller(failing, failing with { Steps = steps });
            }
        }

        return failing;
    }

    private SessionCase Smaller(SessionCase failing, SessionCase smaller) =>
        _tries++ < MaxTries && _fails(smaller) ? smaller : failing;
}
