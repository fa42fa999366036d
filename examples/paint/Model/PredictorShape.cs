namespace Paint.Model;

/// <summary>
/// The sizes of the stroke predictor. The paper's: patches of 32, 256 wide, 8 heads, 3 + 3 layers, 8 queries. These are
/// reduced so that one core trains them in an hour.
/// </summary>
public static class PredictorShape
{
    /// <summary>Pixels along the side of a patch.</summary>
    public const int Patch = 16;

    /// <summary>Channels after each convolution; the second and third halve the picture.</summary>
    public static readonly int[] Channels = [16, 32, 64];

    /// <summary>Tokens along the side of a patch, after the convolutions.</summary>
    public const int Grid = Patch / 4;

    public const int Tokens = Grid * Grid;

    public const int Width = 64;

    public const int Heads = 4;

    public const int HeadWidth = Width / Heads;

    /// <summary>Layers of the encoder, and as many of the decoder.</summary>
    public const int Layers = 2;

    /// <summary>Cells of each feed-forward memory.</summary>
    public const int Cells = 256;

    /// <summary>Learned queries: most strokes of a patch in one pass.</summary>
    public const int Queries = 4;

    /// <summary>Added to a variance before its root is taken.</summary>
    public const float Epsilon = 1e-5f;
}
