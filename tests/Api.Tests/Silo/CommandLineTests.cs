using Microsoft.Extensions.Configuration;
using PixieOrleans.Api.Hosting;
using PixieOrleans.Silo.Configuration;

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
    [InlineData("--Nonsense:Key=2", "There is no section for 'Nonsense:Key'")]
    public void ThrowIfUnknown_UnknownSetting_SaysWhich(string argument, string message)
    {
        var line = CommandLine.Parse([argument]);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(line.Settings).Build();

        var error = Assert.Throws<BadConfigurationException>(() => Settings.ThrowIfUnknown(configuration, line));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
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
}
