using Microsoft.Extensions.Configuration;
using PixieOrleans.Api.Hosting;
using PixieOrleans.Silo.Configuration;
using PixieOrleans.Silo.Hosting;

namespace PixieOrleans.Api.Tests.Silo;

public sealed class CommandLineTests
{
    [Fact]
    public void Parse_FriendlyAndFullFlags_BecomeSettings()
    {
        var line = CommandLine.Parse(["--port", "1234", "--node=n1", "--NodeProbe:Shards=2", "--config", "x.json"]);

        Assert.Equal("1234", line.Settings["Api:Port"]);
        Assert.Equal("n1", line.Settings["Silo:Node"]);
        Assert.Equal("2", line.Settings["NodeProbe:Shards"]);
        Assert.Equal("x.json", line.ConfigFile);
    }

    [Theory]
    [InlineData("--nonsense", "There is no flag --nonsense")]
    [InlineData("port", "'port' is not a flag")]
    [InlineData("--port", "--port needs a value")]
    public void Parse_BadFlag_SaysWhich(string argument, string message)
    {
        var error = Assert.Throws<BadConfigurationException>(() => CommandLine.Parse([argument]));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--NodeProbe:Shrads=2", "There is no setting 'NodeProbe:Shrads'")]
    [InlineData("--Nonsense:Key=2", "There is no section 'Nonsense'")]
    [InlineData("--Protocols:Htp:MaxHeaders=2", "There is no section 'Protocols:Htp'")]
    [InlineData("--membership=redis", "Silo:Membership 'redis' is none of Localhost, File.")]
    public void ThrowIfUnknown_UnknownSetting_SaysWhich(string argument, string message)
    {
        var line = CommandLine.Parse([argument]);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(line.Settings).Build();

        var error = Assert.Throws<BadConfigurationException>(() => Settings.ThrowIfUnknown(configuration, line));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SplitLists_ListAsText_BecomesElements()
    {
        var configuration = Configure("--NodeProbe:ScopePids=12, 34");

        var elements = Settings.SplitLists(configuration);

        Assert.Equal(
            [("NodeProbe:ScopePids:0", "12"), ("NodeProbe:ScopePids:1", "34")],
            elements.Select(e => (e.Key, e.Value ?? "")));
    }

    [Theory]
    [InlineData("NodeProbe:ScopePids '12,x': 'x' is not a number", "--NodeProbe:ScopePids=12,x")]
    [InlineData(
        "NodeProbe:ScopePids is given as a list and as a text", "--NodeProbe:ScopePids=1", "--NodeProbe:ScopePids:1=2")]
    public void SplitLists_ListThatCannotBeRead_SaysWhy(string message, params string[] arguments)
    {
        var configuration = Configure(arguments);

        var error = Assert.Throws<BadConfigurationException>(() => Settings.SplitLists(configuration));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ThrowIfBusy_OnePortTwice_SaysSo()
    {
        var api = new ApiOptions { Port = 7790 };
        var silo = new HostSettings { SiloPort = 7790, GatewayPort = 7791 };

        var error = Assert.Throws<BadConfigurationException>(() => PortCheck.ThrowIfBusy(api, silo));

        Assert.Contains("must differ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("localhost", false)]
    public void Validate_Address_OnlyLoopbackPasses(string address, bool passes)
    {
        var result = new LoopbackValidator().Validate(null, new ApiOptions { Address = address });

        Assert.Equal(passes, result.Succeeded);
    }

    [Fact]
    public void Validate_FileMembershipWithoutFile_NamesTheFlag()
    {
        var settings = new HostSettings { Membership = MembershipKind.File };

        var result = new MembershipValidator().Validate(null, settings);

        Assert.Contains("--membership-file", result.FailureMessage, StringComparison.Ordinal);
    }

    private static IConfigurationRoot Configure(params string[] arguments) =>
        new ConfigurationBuilder().AddInMemoryCollection(CommandLine.Parse(arguments).Settings).Build();
}
