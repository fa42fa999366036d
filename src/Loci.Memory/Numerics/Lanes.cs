using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Loci.Memory.Numerics;

/// <summary>
/// The canonical order of a sum: element i belongs to lane i mod 32, a lane adds its elements in ascending order from
/// +0, and the lanes are added in one tree, lane l with lanes l + 16, l + 8, l + 4, l + 2, l + 1. A sum therefore has
/// the same bits for every vector width and alignment. Lanes are held in four vectors of eight.
/// </summary>
internal static class Lanes
{
    /// <summary>Number of lanes.</summary>
    public const int Count = 32;

    /// <summary>Elements of one vector.</summary>
    public const int Width = 8;

    /// <summary>Adds up the lanes 0–7, 8–15, 16–23 and 24–31.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Total(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        Vector256<float> eight = (a + c) + (b + d);
        Vector128<float> four = eight.GetLower() + eight.GetUpper();
        Vector128<float> two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return two.ToScalar() + two.GetElement(1);
    }

    /// <summary>The largest of eight numbers none of which is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector256<float> v)
    {
        v = Larger(v, Vector256.Shuffle(v, Vector256.Create(4, 5, 6, 7, 0, 1, 2, 3)));
        v = Larger(v, Vector256.Shuffle(v, Vector256.Create(2, 3, 0, 1, 6, 7, 4, 5)));
        return Larger(v, Vector256.Shuffle(v, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6))).ToScalar();
    }

    /// <summary>v where v is greater, else m: a NaN in v is passed over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Larger(Vector256<float> v, Vector256<float> m) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(v, m), v, m);

    /// <summary>All bits where v is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> IsNaN(Vector256<float> v) => ~Vector256.Equals(v, v);

    /// <summary>
    /// The first <paramref name="count"/> (0–7) elements at <paramref name="source"/>, the rest filled.
    /// </summary>
    public static Vector256<float> LoadPart(ref readonly float source, int count, float fill)
    {
        Vector256<float> part = Vector256.Create(fill);
        MemoryMarshal.CreateReadOnlySpan(in source, count).CopyTo(AsSpan(ref part));
        return part;
    }

    /// <summary>Stores the first <paramref name="count"/> (0–7) elements of <paramref name="value"/>.</summary>
    public static void StorePart(Vector256<float> value, ref float destination, int count) =>
        AsSpan(ref value)[..count].CopyTo(MemoryMarshal.CreateSpan(ref destination, count));

    private static Span<float> AsSpan(ref Vector256<float> vector) =>
        MemoryMarshal.CreateSpan(ref Unsafe.As<Vector256<float>, float>(ref vector), Width);
}
