using PixieOrleans.Pxl.Binding.Values;

namespace PixieOrleans.Pxl.Binding;

/// <summary>Names of a module or of one call of a function, in front of those around it.</summary>
internal sealed class Scope(Scope? parent)
{
    private readonly Dictionary<string, PxlValue> _names = new(StringComparer.Ordinal);

    /// <summary>Names bound in this scope itself.</summary>
    public Dictionary<string, PxlValue> Own => _names;

    /// <summary>The value of a name, or null.</summary>
    public PxlValue? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope._names.TryGetValue(name, out var value))
            {
                return value;
            }
        }

        return null;
    }

    private Scope? Parent { get; } = parent;

    /// <summary>Binds a name here, hiding the same name further out.</summary>
    public void Bind(string name, PxlValue value) => _names[name] = value;

    /// <summary>All names in sight, for suggestions.</summary>
    public IEnumerable<string> Names()
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            foreach (var name in scope._names.Keys)
            {
                yield return name;
            }
        }
    }
}
