namespace Paint.Strokes;

/// <summary>How far two strokes are apart: what the matching weighs, and what the losses of the training sum.</summary>
public static class StrokeDistance
{
    /// <summary>
    /// The sum of the absolute differences of the five numbers. A turn of 0 and one of 1 are the same, so the angle
    /// counts along the circle.
    /// </summary>
    public static double Parameters(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double turn = Math.Abs(a[4] - b[4]);
        return Math.Abs(a[0] - b[0]) + Math.Abs(a[1] - b[1]) + Math.Abs(a[2] - b[2]) + Math.Abs(a[3] - b[3])
            + Math.Min(turn, 1 - turn);
    }

    /// <summary>
    /// The squared Wasserstein distance of the two strokes as Gaussians: means at the centres, deviations of half the
    /// sides. ‖μ₁ − μ₂‖² + tr Σ₁ + tr Σ₂ − 2 tr(Σ₁^½ Σ₂ Σ₁^½)^½, where for 2 × 2 matrices the last trace is
    /// √(tr Σ₁Σ₂ + 2 √(det Σ₁ det Σ₂)).
    /// </summary>
    public static double Wasserstein(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var (axx, axy, ayy) = Covariance(a);
        var (bxx, bxy, byy) = Covariance(b);
        double dx = a[0] - b[0], dy = a[1] - b[1];
        double product = axx * bxx + 2 * axy * bxy + ayy * byy;
        double determinants = a[2] * a[3] * b[2] * b[3] / 16;
        return dx * dx + dy * dy + axx + ayy + bxx + byy - 2 * Math.Sqrt(Math.Max(0, product + 2 * determinants));
    }

    /// <summary>Σ = R(θ) diag(w²/4, h²/4) R(θ)ᵀ.</summary>
    public static (double XX, double XY, double YY) Covariance(ReadOnlySpan<double> stroke)
    {
        var (sin, cos) = Math.SinCos(Math.PI * stroke[4]);
        double w = stroke[2] * stroke[2] / 4, h = stroke[3] * stroke[3] / 4;
        return (cos * cos * w + sin * sin * h, cos * sin * (w - h), sin * sin * w + cos * cos * h);
    }
}
