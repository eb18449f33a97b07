using System.Text.Json;
using PixieOrleans.Api.Contracts;
using PixieOrleans.Grains.Interfaces.Queries;

namespace PixieOrleans.Api.Queries;

/// <summary>What an answer has only sometimes.</summary>
internal static class AnswerJson
{
    /// <summary>Writes warnings and explanation, if any, as properties; their names are within the marks.</summary>
    public static void WriteExtras(
        Utf8JsonWriter json, QueryStarted started, QueryExplanation? explanation, string mark)
    {
        if (!started.Warnings.IsDefaultOrEmpty)
        {
            json.WritePropertyName($"{mark}warnings{mark}");
            JsonSerializer.Serialize(
                json,
                [.. started.Warnings.Select(w => w.ToContract())],
                ApiJson.Default.ScriptErrorContractArray);
        }

        if (explanation is not null)
        {
            json.WritePropertyName($"{mark}explanation{mark}");
            JsonSerializer.Serialize(json, explanation.ToContract(), ApiJson.Default.ExplanationContract);
        }
    }
}
