using Paint.Strokes;
using static TorchSharp.torch;

namespace Paint.Training;

/// <summary>
/// What the training makes small, in Torch's operations, so that gradients follow. The same distances in plain
/// arithmetic are in <see cref="StrokeDistance"/> and <see cref="Brush"/>.
/// </summary>
internal static class StrokeLosses
{
    // Below the root: its slope is infinite at 0, which strokes without extent would reach.
    private const double Smallest = 1e-12;

    /// <summary>The sum of the absolute differences of the five numbers, the angle along the circle.</summary>
    /// <param name="a">[…, 5]</param>
    /// <param name="b">[…, 5]</param>
    public static Tensor Parameters(Tensor a, Tensor b)
    {
        var difference = (a - b).abs();
        var turn = difference.select(-1, 4);
        return difference.narrow(-1, 0, 4).sum(-1) + minimum(turn, 1 - turn);
    }

    /// <summary>The squared Wasserstein distance of the strokes as Gaussians.</summary>
    /// <param name="a">[…, 5]</param>
    /// <param name="b">[…, 5]</param>
    public static Tensor Wasserstein(Tensor a, Tensor b)
    {
        var (axx, axy, ayy) = Covariance(a);
        var (bxx, bxy, byy) = Covariance(b);
        var centres = (a.narrow(-1, 0, 2) - b.narrow(-1, 0, 2)).square().sum(-1);
        var product = axx * bxx + 2 * axy * bxy + ayy * byy;
        var determinants = a.select(-1, 2) * a.select(-1, 3) * b.select(-1, 2) * b.select(-1, 3) / 16;
        return centres + axx + ayy + bxx + byy - 2 * (product + 2 * determinants).clamp_min(Smallest).sqrt();
    }

    /// <summary>
    /// Paints strokes over canvases, in the order of the queries, as far as their decisions say so: 0 or 1 forwards,
    /// with the sigmoid's gradient backwards. The paint is the target's colour at the stroke's centre.
    /// </summary>
    /// <param name="canvas">[batch, 3, side, side]</param>
    /// <param name="target">[batch, 3, side, side]</param>
    /// <param name="strokes">[batch, queries, 5]</param>
    /// <param name="decisions">Logits. [batch, queries]</param>
    public static Tensor Render(Tensor canvas, Tensor target, Tensor strokes, Tensor decisions)
    {
        long batch = canvas.shape[0], side = canvas.shape[2], queries = strokes.shape[1];
        var soft = sigmoid(decisions);
        var decided = soft + (decisions.gt(0).to_type(soft.dtype) - soft).detach();          // [batch, queries]
        var cell = (strokes.narrow(2, 0, 2).detach() * side).floor().clamp(0, side - 1).to_type(ScalarType.Int64);
        var index = cell.select(2, 1) * side + cell.select(2, 0);                              // [batch, queries]
        var paint = target.reshape(batch, 3, side * side)
            .gather(2, index.unsqueeze(1).expand(batch, 3, queries));                         // [batch, 3, queries]
        var cover = Cover(strokes, side) * decided.unsqueeze(2).unsqueeze(3);
        for (long q = 0; q < queries; q++)
        {
            var alpha = cover.select(1, q).unsqueeze(1);                                      // [batch, 1, side, side]
            canvas = canvas + alpha * (paint.select(2, q).unsqueeze(2).unsqueeze(3) - canvas);
        }
        return canvas;
    }

    /// <summary>How far each stroke covers each pixel's centre.</summary>
    /// <param name="strokes">[batch, queries, 5]</param>
    /// <param name="side">Pixels along the side.</param>
    /// <returns>[batch, queries, side, side]</returns>
    public static Tensor Cover(Tensor strokes, long side)
    {
        var centres = (arange(side, dtype: strokes.dtype) + 0.5) / side;
        Tensor Number(int i) => strokes.select(2, i).unsqueeze(2).unsqueeze(3);
        var dx = centres.view(1, 1, 1, side) - Number(0);
        var dy = centres.view(1, 1, side, 1) - Number(1);
        Tensor angle = Number(4) * Math.PI, cos = angle.cos(), sin = angle.sin();
        var u = (cos * dx + sin * dy).abs() * 2 / Number(2);
        var v = (cos * dy - sin * dx).abs() * 2 / Number(3);
        return ((1 - u) / Brush.Fade).clamp(0, 1) * ((1 - v) / Brush.Fade).clamp(0, 1);
    }

    private static (Tensor XX, Tensor XY, Tensor YY) Covariance(Tensor stroke)
    {
        Tensor w = stroke.select(-1, 2).square() / 4, h = stroke.select(-1, 3).square() / 4;
        Tensor angle = stroke.select(-1, 4) * Math.PI, cos = angle.cos(), sin = angle.sin();
        return (cos * cos * w + sin * sin * h, cos * sin * (w - h), sin * sin * w + cos * cos * h);
    }
}
