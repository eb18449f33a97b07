namespace PixieOrleans.NodeProbe.Tls.SelfTests;

/// <summary>What became of the self-test of a library.</summary>
internal enum SelfTestOutcome
{
    /// <summary>It was not made, or broke off; the reason says why.</summary>
    NotRun,

    /// <summary>The probes saw each call as it was made.</summary>
    Passed,

    /// <summary>The probes saw other calls or bytes; the reason gives both numbers.</summary>
    Differs,
}

/// <summary>Result of the self-test of a library.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reason">Why it was not made or failed, and what to do; empty when it passed.</param>
internal sealed record SelfTestResult(SelfTestOutcome Outcome, string Reason)
{
    /// <summary>The probes saw all.</summary>
    public static SelfTestResult Passed { get; } = new(SelfTestOutcome.Passed, string.Empty);

    /// <summary>There is no result, for this reason.</summary>
    public static SelfTestResult NotRun(string why) =>
        new(SelfTestOutcome.NotRun, $"No self-test: {why} The first connection with data shows what is seen.");

    /// <summary>The probes saw something else.</summary>
    /// <param name="made">Calls that were made.</param>
    /// <param name="calls">Calls that the probes saw.</param>
    /// <param name="bytes">Bytes that they saw.</param>
    public static SelfTestResult Differs(KnownCalls made, ulong calls, ulong bytes) => new(
        SelfTestOutcome.Differs,
        $"The self-test made {made.Calls} calls of {made.Function} with {made.Bytes} bytes, and the probes saw {calls} "
        + $"calls and {bytes} bytes: plaintext of this library is not seen as it should be. Use another build of it, "
        + "and report its version.");
}

/// <summary>Calls of one function that the self-test made.</summary>
/// <param name="Function">Its name.</param>
/// <param name="Calls">Calls that moved plaintext.</param>
/// <param name="Bytes">Bytes of it.</param>
internal sealed record KnownCalls(string Function, ulong Calls, ulong Bytes);
