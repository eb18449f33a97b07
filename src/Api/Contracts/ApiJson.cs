using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace PixieOrleans.Api.Contracts;

/// <summary>JSON of the API: every shape that travels, written and read without reflection.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(QueryBody))]
[JsonSerializable(typeof(AnswerContract))]
[JsonSerializable(typeof(CompletenessContract))]
[JsonSerializable(typeof(StatisticsContract))]
[JsonSerializable(typeof(AnswerErrorContract))]
[JsonSerializable(typeof(ScriptErrorContract[]))]
[JsonSerializable(typeof(ExplanationContract))]
[JsonSerializable(typeof(StreamStartContract))]
[JsonSerializable(typeof(StreamLossContract))]
[JsonSerializable(typeof(ScriptsContract))]
[JsonSerializable(typeof(ScriptContract))]
[JsonSerializable(typeof(TablesContract))]
[JsonSerializable(typeof(NodesContract))]
[JsonSerializable(typeof(StatusContract))]
[JsonSerializable(typeof(HealthContract))]
[JsonSerializable(typeof(ProblemDetails))]
public sealed partial class ApiJson : JsonSerializerContext;
