using Loci.Models.Blocks;

namespace Loci.Editing;

/// <summary>The pull-back of a norm.</summary>
internal static class NormReverse
{
    /// <summary>Adds to the gradient of what was normed.</summary>
    /// <param name="norm">The norm.</param>
    /// <param name="x">What was normed. [rows, width]</param>
    /// <param name="dy">The gradient of what it gave. [rows, width]</param>
    /// <param name="dx">Added to. [rows, width]</param>
    public static void Add(NormWeights norm, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx)
    {
        int width = norm.Gain.Length;
        for (int at = 0; at < x.Length; at += width)
        {
            var row = x.Slice(at, width);
            var upper = dy.Slice(at, width);
            var lower = dx.Slice(at, width);
            double mean = 0, square = 0;
            if (norm.Kind == NormKind.LayerNorm)
            {
                foreach (float v in row) mean += v;
                mean /= width;
            }
            foreach (float v in row) square += (v - mean) * (v - mean);
            double inverse = 1 / Math.Sqrt(square / width + norm.Epsilon), dot = 0, sum = 0;
            for (int i = 0; i < width; i++)
            {
                double g = (double)upper[i] * norm.Gain[i];
                dot += g * (row[i] - mean) * inverse;
                sum += g;
            }
            if (norm.Kind == NormKind.RmsNorm) sum = 0;
            for (int i = 0; i < width; i++)
            {
                double g = (double)upper[i] * norm.Gain[i], unit = (row[i] - mean) * inverse;
                lower[i] += (float)(inverse * (g - sum / width - unit * dot / width));
            }
        }
    }
}
