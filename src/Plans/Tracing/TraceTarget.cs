using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PixieOrleans.Model;

namespace PixieOrleans.Plans.Tracing;

/// <summary>What a tracepoint looks at.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(HostTarget), "host")]
[JsonDerivedType(typeof(ProcessTarget), "process")]
[JsonDerivedType(typeof(SharedObjectTarget), "sharedObject")]
[JsonDerivedType(typeof(PodTarget), "pod")]
[JsonDerivedType(typeof(LabelTarget), "labels")]
public abstract record TraceTarget;

/// <summary>Every machine as a whole.</summary>
public sealed record HostTarget : TraceTarget;

/// <summary>One process.</summary>
public sealed record ProcessTarget(Upid Upid) : TraceTarget;

/// <summary>A library of a process, found by a part of its name.</summary>
public sealed record SharedObjectTarget(string Name, Upid Upid) : TraceTarget;

/// <summary>Processes of a pod; of the names empty ones fit every container or process.</summary>
public sealed record PodTarget(string PodName, string ContainerName, string ProcessName) : TraceTarget;

/// <summary>Processes of the pods of a namespace that have all of the labels.</summary>
public sealed record LabelTarget(
    ImmutableArray<PodLabel> Labels, string Namespace, string ContainerName, string ProcessName) : TraceTarget;

/// <summary>A label of pods.</summary>
public sealed record PodLabel(string Name, string Value);
