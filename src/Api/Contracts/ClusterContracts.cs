namespace PixieOrleans.Api.Contracts;

/// <summary>Answer of GET /api/v1/tables.</summary>
/// <param name="Tables">The tables, by name.</param>
public sealed record TablesContract(TableContract[] Tables);

/// <summary>One table of the cluster.</summary>
/// <param name="Name">Name of the table.</param>
/// <param name="Description">What a row is.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Nodes">Nodes that have it.</param>
public sealed record TableContract(string Name, string Description, TableColumnContract[] Columns, string[] Nodes);

/// <summary>One column of a table.</summary>
/// <param name="Name">Name of the column.</param>
/// <param name="Type">Data type, such as "INT64".</param>
/// <param name="SemanticType">Meaning, such as "ST_DURATION_NS".</param>
/// <param name="Pattern">Behaviour over time, such as "METRIC_COUNTER".</param>
/// <param name="Description">What a value is.</param>
public sealed record TableColumnContract(
    string Name, string Type, string SemanticType, string Pattern, string Description);

/// <summary>Answer of GET /api/v1/nodes.</summary>
/// <param name="Nodes">The nodes, by name.</param>
public sealed record NodesContract(NodeContract[] Nodes);

/// <summary>One node of the cluster.</summary>
/// <param name="Name">Name of the node.</param>
/// <param name="State">joining, active, leaving or dead.</param>
/// <param name="Since">Since when, RFC 3339.</param>
/// <param name="Asid">Number of the node in upids; 0 while it has none.</param>
public sealed record NodeContract(string Name, string State, DateTimeOffset Since, long Asid);

/// <summary>Answer of GET /healthz and GET /readyz.</summary>
/// <param name="Status">ok, ready, starting, failed or stopped.</param>
/// <param name="Node">Name of the silo's node.</param>
/// <param name="Reason">Why it is not ready, or empty.</param>
public sealed record HealthContract(string Status, string Node, string Reason);
