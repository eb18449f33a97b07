// Works until it is ended: three times as much in Heavy as in Light, and a little in code that was compiled ahead.
using System.Runtime.CompilerServices;

while (true)
{
    Shares.Heavy();
    Shares.Light();
}

internal static class Shares
{
    private static long _sink;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Heavy()
    {
        for (var i = 0; i < 3; i++)
        {
            Work();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Light() => Work();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Work()
    {
        Turn();
        Sort();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Turn()
    {
        for (var i = 0; i < 3_000_000; i++)
        {
            _sink = (_sink * 31) + i;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Sort()
    {
        var values = new int[40_000];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (i * 7919) % values.Length;
        }

        Array.Sort(values);
        _sink += values[7];
    }
}
