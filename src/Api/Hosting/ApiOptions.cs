using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace PixieOrleans.Api.Hosting;

/// <summary>Address and bounds of the API; section "Api".</summary>
public sealed class ApiOptions
{
    /// <summary>Address to listen on; a loopback address. Default 127.0.0.1.</summary>
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>TCP port; 0 lets the system choose. Default 7700.</summary>
    [Range(0, 65535)]
    public int Port { get; set; } = 7700;

    /// <summary>Bytes of a request's body. Default 1 MiB.</summary>
    [Range(1024, 64 << 20)]
    public int MaxBodyBytes { get; set; } = 1 << 20;

    /// <summary>
    /// Bytes of rows held back for an answer that cannot be streamed: all of a JSON answer, the second and later
    /// tables of a CSV answer. Default 64 MiB.
    /// </summary>
    [Range(1 << 20, 1L << 40)]
    public long MaxHeldBytes { get; set; } = 64L << 20;

    /// <summary>Queries that run at the same time; more are refused with status 429. Default 32.</summary>
    [Range(1, 65536)]
    public int MaxQueries { get; set; } = 32;

    /// <summary>Open connections. Default 1024.</summary>
    [Range(1, 1 << 20)]
    public int MaxConnections { get; set; } = 1024;
}

[OptionsValidator]
internal sealed partial class ApiOptionsValidator : IValidateOptions<ApiOptions>;

/// <summary>Refuses addresses that others can reach, for which nothing protects the API yet.</summary>
internal sealed class LoopbackValidator : IValidateOptions<ApiOptions>
{
    public ValidateOptionsResult Validate(string? name, ApiOptions options)
    {
        if (!IPAddress.TryParse(options.Address, out var address))
        {
            return ValidateOptionsResult.Fail(
                $"Api:Address '{options.Address}' is not an IP address; use 127.0.0.1 or ::1.");
        }

        return IPAddress.IsLoopback(address)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Api:Address {address} is not a loopback address. Listening there needs TLS and API keys, and this "
                + "version has neither; use 127.0.0.1 or ::1 and reach it through a tunnel (ssh -L).");
    }
}
