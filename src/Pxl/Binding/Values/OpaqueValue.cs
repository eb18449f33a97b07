namespace PixieOrleans.Pxl.Binding.Values;

/// <summary>A value that scripts only hand from one function of a module to another.</summary>
/// <param name="typeName">Its kind, as messages name it.</param>
/// <param name="item">What it stands for.</param>
internal sealed class OpaqueValue(string typeName, object item) : PxlValue
{
    public object Item { get; } = item;

    public override string TypeName { get; } = typeName;
}
