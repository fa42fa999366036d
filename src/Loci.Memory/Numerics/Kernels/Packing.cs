namespace Loci.Memory.Numerics.Kernels;

/// <summary>Brings a row-major matrix into panels (see <see cref="Panels"/>).</summary>
internal static unsafe class Packing
{
    /// <param name="source">[outputs, inputs] when <paramref name="outputsFirst"/>, else [inputs, outputs].</param>
    /// <param name="panels">[panels, inputs, 16]</param>
    /// <param name="inputs">Length of an input vector.</param>
    /// <param name="outputs">Length of an output vector.</param>
    /// <param name="outputsFirst">The order of the source.</param>
    public static void Fill<T>(T* source, T* panels, int inputs, int outputs, bool outputsFirst)
        where T : unmanaged
    {
        (nint ofInput, nint ofOutput) = outputsFirst ? (1, (nint)inputs) : (outputs, 1);
        for (nint first = 0; first < outputs; first += Panels.Width)
        {
            nint width = Math.Min(Panels.Width, outputs - first);
            T* from = source + first * ofOutput;
            for (nint i = 0; i < inputs; i++, from += ofInput, panels += Panels.Width)
            {
                for (nint o = 0; o < width; o++) panels[o] = from[o * ofOutput];
                for (nint o = width; o < Panels.Width; o++) panels[o] = default;
            }
        }
    }
}
