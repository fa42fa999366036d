using Paint.Strokes;

namespace Paint.Painting;

/// <summary>A stroke in a picture.</summary>
/// <param name="Layer">0 is the coarsest.</param>
/// <param name="Left">Left edge of its patch, in pixels.</param>
/// <param name="Top">Upper edge of its patch, in pixels.</param>
/// <param name="Side">Side of its patch, in pixels.</param>
/// <param name="Stroke">In units of the patch.</param>
/// <param name="Colour">Its paint.</param>
public readonly record struct PlacedStroke(int Layer, int Left, int Top, int Side, Stroke Stroke, Colour Colour)
{
    public void PaintOn(Canvas canvas) => Brush.Paint(canvas, Stroke, Colour, Left, Top, Side);
}

/// <summary>A picture as strokes on a ground.</summary>
/// <param name="Width">Pixels across.</param>
/// <param name="Height">Pixels down.</param>
/// <param name="Ground">What the canvas is covered with first.</param>
/// <param name="Strokes">In the order in which they are painted.</param>
public sealed record StrokePainting(int Width, int Height, Colour Ground, IReadOnlyList<PlacedStroke> Strokes)
{
    /// <summary>Paints it.</summary>
    public Canvas Render()
    {
        var canvas = Canvas.Filled(Width, Height, Ground);
        foreach (var stroke in Strokes) stroke.PaintOn(canvas);
        return canvas;
    }
}
