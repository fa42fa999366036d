using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Loci.Memory.Numerics;

/// <summary>
/// x ↦ f(x) in place. The tail goes through the same vector code, so a value's place never shows in its bits.
/// </summary>
internal static class ElementFunction
{
    public static void Map<TFunction>(Span<float> x, TFunction f) where TFunction : struct, IElementFunction
    {
        ref float at = ref MemoryMarshal.GetReference(x);
        int i = 0;
        for (; i <= x.Length - Lanes.Width; i += Lanes.Width)
            f.Apply(Vector256.LoadUnsafe(ref at, (nuint)i)).StoreUnsafe(ref at, (nuint)i);
        if (i == x.Length) return;
        ref float tail = ref Unsafe.Add(ref at, i);
        Lanes.StorePart(f.Apply(Lanes.LoadPart(ref tail, x.Length - i, 0)), ref tail, x.Length - i);
    }

    /// <summary>x ↦ f(x)·y in place.</summary>
    public static void MapTimes<TFunction>(Span<float> x, ReadOnlySpan<float> y, TFunction f)
        where TFunction : struct, IElementFunction
    {
        ref float at = ref MemoryMarshal.GetReference(x);
        ref float by = ref MemoryMarshal.GetReference(y);
        int i = 0;
        for (; i <= x.Length - Lanes.Width; i += Lanes.Width)
            (f.Apply(Vector256.LoadUnsafe(ref at, (nuint)i)) * Vector256.LoadUnsafe(ref by, (nuint)i))
                .StoreUnsafe(ref at, (nuint)i);
        if (i == x.Length) return;
        ref float tail = ref Unsafe.Add(ref at, i);
        Vector256<float> factor = Lanes.LoadPart(ref Unsafe.Add(ref by, i), x.Length - i, 0);
        Lanes.StorePart(f.Apply(Lanes.LoadPart(ref tail, x.Length - i, 0)) * factor, ref tail, x.Length - i);
    }
}
