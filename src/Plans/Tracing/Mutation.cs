using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace PixieOrleans.Plans.Tracing;

/// <summary>A change of the cluster that a script asks for, besides its answer.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(UpsertTracepoint), "upsertTracepoint")]
[JsonDerivedType(typeof(DeleteTracepoint), "deleteTracepoint")]
[JsonDerivedType(typeof(SetAgentConfig), "setAgentConfig")]
public abstract record Mutation;

/// <summary>
/// Deploys a tracepoint, replaces it when it is another one, or lets it live longer. Either Programs or Probe is given.
/// </summary>
/// <param name="Name">Name of the tracepoint, for its state and for deleting it.</param>
/// <param name="Table">The table that gets its rows.</param>
/// <param name="TtlNs">How long it lives without being asked for again, in nanoseconds.</param>
/// <param name="Target">What is traced.</param>
/// <param name="Programs">Programs of bpftrace; a node runs the one whose selectors fit it.</param>
/// <param name="Probe">A function to probe.</param>
public sealed record UpsertTracepoint(
    string Name,
    string Table,
    long TtlNs,
    TraceTarget Target,
    ImmutableArray<TraceProgram> Programs,
    FunctionProbe? Probe) : Mutation;

/// <summary>Takes a tracepoint away.</summary>
public sealed record DeleteTracepoint(string Name) : Mutation;

/// <summary>Sets one setting of the agent that runs in a pod.</summary>
public sealed record SetAgentConfig(string AgentPodName, string Key, string Value) : Mutation;
