using System.Globalization;
using System.Text;
using PixieOrleans.Model.Entities;

namespace PixieOrleans.Exec.Kernels.Entities;

/// <summary>Entities as the texts that scripts see. JSON without spaces, members in a fixed order.</summary>
internal static class EntityText
{
    /// <summary>The part of "namespace/name" before the slash; empty for any other form.</summary>
    public static string NamespaceOf(string fullName)
    {
        var slash = fullName.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 || fullName.IndexOf('/', slash + 1) >= 0 ? "" : fullName[..slash];
    }

    /// <summary>Empty for none, the value itself for one, a JSON array for several.</summary>
    public static string OneOrArray(IEnumerable<string> values)
    {
        var list = values.ToList();
        return list.Count switch
        {
            0 => "",
            1 => list[0],
            _ => Array(list),
        };
    }

    /// <summary>A JSON array of strings.</summary>
    public static string Array(IEnumerable<string> values)
    {
        var json = new StringBuilder("[");
        foreach (var value in values)
        {
            json.Append(json.Length > 1 ? "," : "");
            AppendString(json, value);
        }

        return json.Append(']').ToString();
    }

    /// <summary>The owners as an array of texts, each of which is a JSON object.</summary>
    public static string Owners(Entity entity) => Array(entity.Owners.Select(owner =>
        Object(("uid", owner.Id), ("kind", owner.Kind), ("name", owner.Name))));

    /// <summary>Phase, message, reason and readiness; of no pod, the phase Unknown.</summary>
    public static string Status(Pod? pod) => Object(
        ("phase", (pod?.Phase ?? PodPhase.Unknown).ToString()),
        ("message", pod?.Message ?? ""),
        ("reason", pod?.Reason ?? ""),
        ("ready", pod?.IsReady ?? false));

    /// <summary>State, message and reason; of no container, the state Unknown.</summary>
    public static string Status(Container? container) => Object(
        ("state", (container?.State ?? ContainerState.Unknown).ToString()),
        ("message", container?.Message ?? ""),
        ("reason", container?.Reason ?? ""));

    /// <summary>Numbers of pods and conditions.</summary>
    public static string Status(ReplicaSet set) => Object(
        ("replicas", set.Replicas),
        ("fully_labeled_replicas", set.FullyLabeledReplicas),
        ("ready_replicas", set.ReadyReplicas),
        ("available_replicas", set.AvailableReplicas),
        ("requested_replicas", set.RequestedReplicas),
        ("observed_generation", set.ObservedGeneration),
        ("conditions", Conditions(set.Conditions)));

    /// <summary>Numbers of pods and conditions.</summary>
    public static string Status(Deployment deployment) => Object(
        ("replicas", deployment.Replicas),
        ("updated_replicas", deployment.UpdatedReplicas),
        ("ready_replicas", deployment.ReadyReplicas),
        ("available_replicas", deployment.AvailableReplicas),
        ("unavailable_replicas", deployment.UnavailableReplicas),
        ("requested_replicas", deployment.RequestedReplicas),
        ("observed_generation", deployment.ObservedGeneration),
        ("conditions", Conditions(deployment.Conditions)));

    // One text, the last condition first: "B": "True", "A": "False", (with a comma and a space behind the last).
    private static string Conditions(IEnumerable<EntityCondition> conditions) =>
        string.Concat(conditions.Reverse().Select(c => $"\"{c.Type}\": \"{c.Status}\", "));

    private static string Object(params ReadOnlySpan<(string Name, object Value)> members)
    {
        var json = new StringBuilder("{");
        foreach (var (name, value) in members)
        {
            json.Append(json.Length > 1 ? "," : "");
            AppendString(json, name);
            json.Append(':');
            switch (value)
            {
                case string text:
                    AppendString(json, text);
                    break;
                case bool flag:
                    json.Append(flag ? "true" : "false");
                    break;
                default:
                    json.Append(CultureInfo.InvariantCulture, $"{value}");
                    break;
            }
        }

        return json.Append('}').ToString();
    }

    private static void AppendString(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\b' => json.Append("\\b"),
                '\f' => json.Append("\\f"),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                < ' ' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => json.Append(c),
            };
        }

        json.Append('"');
    }
}
