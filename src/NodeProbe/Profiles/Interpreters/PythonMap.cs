using PixieOrleans.NodeProbe.Bpf;

namespace PixieOrleans.NodeProbe.Profiles.Interpreters;

/// <summary>Tells a kernel part that has bpf/profile/python.h which processes run Python.</summary>
internal static class PythonMap
{
    /// <summary>Samples frames of Python of a process from now on, or, with null, no more.</summary>
    /// <returns>False when there is no room for another process.</returns>
    public static unsafe bool Set(BpfObject opened, uint processId, PythonPlaces? places)
    {
        var value = places ?? default;
        var map = opened.MapFd("pxo_pythons");
        return places is null ? LibBpf.Delete(map, &processId) == 0 : LibBpf.Update(map, &processId, &value, 0) == 0;
    }
}
