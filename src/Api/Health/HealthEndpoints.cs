using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using PixieOrleans.Api.Contracts;
using PixieOrleans.Grains.Interfaces.Nodes;

namespace PixieOrleans.Api.Health;

/// <summary>
/// GET /healthz: the process serves. GET /readyz: the node's probes run, or are known not to be able to.
/// </summary>
internal static class HealthEndpoints
{
    public static HealthContract GetHealth(ILocalNode node) => new("ok", node.Name, "");

    public static JsonHttpResult<HealthContract> GetReadiness(ILocalNode node)
    {
        var health = new HealthContract(Mapping.WordOf(node.State), node.Name, node.Reason);
        var status = node.State == NodeState.Ready
            ? StatusCodes.Status200OK
            : StatusCodes.Status503ServiceUnavailable;
        return TypedResults.Json(health, ApiJson.Default.HealthContract, statusCode: status);
    }
}
