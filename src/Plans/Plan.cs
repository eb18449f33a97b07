using System.Collections.Immutable;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Plans;

/// <summary>A compiled script or a part of it: nodes in an order in which inputs come before their users.</summary>
public sealed record Plan(ImmutableArray<PlanNode> Nodes);
