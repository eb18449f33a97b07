using System.Reflection;
using Microsoft.Extensions.Options;
using PixieOrleans.Api.Hosting;
using PixieOrleans.Silo.Configuration;
using PixieOrleans.Silo.Hosting;

const int Ok = 0;
const int Failed = 1;
const int BadConfiguration = 2;

try
{
    var commandLine = CommandLine.Parse(args);
    if (commandLine.ShowHelp)
    {
        Console.WriteLine(CommandLine.Help);
        return Ok;
    }

    if (commandLine.ShowVersion)
    {
        var version = typeof(SiloHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        Console.WriteLine($"pixie-silo {version?.InformationalVersion}");
        return Ok;
    }

    await using var app = SiloHost.Build(commandLine);
    PortCheck.ThrowIfBusy(
        app.Services.GetRequiredService<IOptions<ApiOptions>>().Value,
        app.Services.GetRequiredService<IOptions<HostSettings>>().Value);
    await app.RunAsync();
    return Ok;
}
catch (Exception e) when (e is BadConfigurationException or OptionsValidationException)
{
    Console.Error.WriteLine("Bad configuration: " + e.Message);
    return BadConfiguration;
}
catch (InvalidOperationException e) when (e.InnerException is FormatException or ArgumentException)
{
    Console.Error.WriteLine("Bad configuration: " + e.Message); // a value of the wrong type
    return BadConfiguration;
}
catch (PortInUseException e)
{
    Console.Error.WriteLine(e.Message);
    return Failed;
}
catch (Exception e) // the last resort: say it and fail
{
    Console.Error.WriteLine("The silo failed: " + e);
    return Failed;
}
