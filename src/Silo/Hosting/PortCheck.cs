using System.Net;
using System.Net.Sockets;
using PixieOrleans.Api.Hosting;
using PixieOrleans.Silo.Configuration;

namespace PixieOrleans.Silo.Hosting;

/// <summary>A port is in use by somebody else.</summary>
internal sealed class PortInUseException(string message) : Exception(message);

/// <summary>Looks for busy ports before anything starts, so that the message can name the flag.</summary>
internal static class PortCheck
{
    public static void ThrowIfBusy(ApiOptions api, HostSettings silo)
    {
        if (api.Port == silo.SiloPort || api.Port == silo.GatewayPort || silo.SiloPort == silo.GatewayPort)
        {
            throw new BadConfigurationException(
                $"The ports of API ({api.Port}), silo ({silo.SiloPort}) and gateway ({silo.GatewayPort}) must differ; "
                + "choose others with --port, --silo-port, --gateway-port.");
        }

        Check(IPAddress.Parse(api.Address), api.Port, "API", "--port");
        Check(IPAddress.Loopback, silo.SiloPort, "silo", "--silo-port");
        Check(IPAddress.Loopback, silo.GatewayPort, "gateway", "--gateway-port");
    }

    private static void Check(IPAddress address, int port, string what, string flag)
    {
        var listener = new TcpListener(address, port);
        try
        {
            listener.Start();
        }
        catch (SocketException e)
        {
            throw new PortInUseException(
                $"The {what} port {address}:{port} cannot be used: {e.Message}. Is another silo running? Choose "
                + $"another port with {flag}.");
        }
        finally
        {
            listener.Dispose();
        }
    }
}
