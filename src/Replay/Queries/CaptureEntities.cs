using System.Text;
using PixieOrleans.Model;
using PixieOrleans.Model.Entities;

namespace PixieOrleans.Replay.Queries;

/// <summary>
/// Who is who in a capture, so that scripts that ask for names have some: an address whose side was parsed is a pod,
/// each port that it serves a service.
/// </summary>
internal static class CaptureEntities
{
    private const string Capture = "capture";

    /// <summary>Names of the endpoints; the port 0 is a client's, which is no service.</summary>
    public static EntitySnapshot Of(IEnumerable<(Endpoint Endpoint, Upid Upid)> processes)
    {
        var state = new EntityState();
        state.Set(new Namespace(Capture, Capture));
        foreach (var pod in processes.GroupBy(process => AddressOf(process.Endpoint)))
        {
            var ports = pod.Where(process => process.Endpoint.Port != 0)
                .Select(process => $"{pod.Key}:{process.Endpoint.Port}").ToList();
            ports.ForEach(service => state.Set(new Service(service, Capture, service)));
            state.Set(new Pod(pod.Key, Capture, pod.Key)
            {
                NodeName = Capture,
                HostName = Capture,
                Addresses = [pod.Key],
                Phase = PodPhase.Running,
                ServiceIds = [.. ports],
            });
            foreach (var process in pod)
            {
                state.Set(new Process(process.Upid, "", PodId: pod.Key));
            }
        }

        return state.ToSnapshot();
    }

    private static string AddressOf(Endpoint endpoint)
    {
        Span<byte> text = stackalloc byte[Endpoint.MaxAddressTextBytes];
        return Encoding.ASCII.GetString(text[..endpoint.FormatAddress(text)]);
    }
}
