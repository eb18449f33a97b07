namespace PixieOrleans.NodeProbe;

/// <summary>Names the C struct that a C# struct mirrors; a test compares sizes and offsets through BTF.</summary>
[AttributeUsage(AttributeTargets.Struct)]
internal sealed class BtfStructAttribute(string name) : Attribute
{
    /// <summary>Name of the struct in the BTF of the BPF object.</summary>
    public string Name { get; } = name;
}
