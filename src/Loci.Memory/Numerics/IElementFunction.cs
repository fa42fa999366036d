using System.Runtime.Intrinsics;

namespace Loci.Memory.Numerics;

/// <summary>A function of one number, applied to eight at once; no element may depend on another.</summary>
internal interface IElementFunction
{
    Vector256<float> Apply(Vector256<float> x);
}
