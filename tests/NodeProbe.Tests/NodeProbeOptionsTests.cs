using PixieOrleans.NodeProbe.Sockets;

namespace PixieOrleans.NodeProbe.Tests;

public sealed class NodeProbeOptionsTests
{
    private static readonly NodeProbeOptionsValidator Validator = new();

    [Fact]
    public void Validate_OfTheDefaults_Succeeds() =>
        Assert.True(Validator.Validate(null, new NodeProbeOptions()).Succeeded);

    [Fact]
    public void Validate_OfABadValue_NamesIt()
    {
        var result = Validator.Validate(null, new NodeProbeOptions { DrainIntervalMs = 0 });

        Assert.Contains(nameof(NodeProbeOptions.DrainIntervalMs), result.FailureMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "", true)]
    [InlineData(true, "socket_tracer", true)]
    [InlineData(true, "other", false)]
    [InlineData(false, "", false)]
    public void WhyDisabled_FollowsSwitchAndList(bool enabled, string source, bool expected)
    {
        var options = new NodeProbeOptions { Enabled = enabled };
        if (source.Length > 0)
        {
            options.Sources.Add(source);
        }

        Assert.Equal(expected, options.WhyDisabled(SocketTracer.Entry([])).Length == 0);
    }
}
