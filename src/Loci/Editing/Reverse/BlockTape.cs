using Loci.Models;

namespace Loci.Editing;

/// <summary>What the pull-back of a block needs of its forward pass.</summary>
internal sealed class BlockTape
{
    /// <summary>The points that are kept.</summary>
    private static readonly TapPoint[] s_points =
    [
        TapPoint.ResidualBefore, TapPoint.ResidualMiddle, TapPoint.Queries, TapPoint.Keys, TapPoint.Values,
        TapPoint.Patterns, TapPoint.HeadOutputs,
    ];

    private readonly float[][] _values = [.. s_points.Select(_ => Array.Empty<float>())];

    public float[] Before => this[TapPoint.ResidualBefore];
    public float[] Middle => this[TapPoint.ResidualMiddle];
    public float[] Queries => this[TapPoint.Queries];
    public float[] Keys => this[TapPoint.Keys];
    public float[] Values => this[TapPoint.Values];
    public float[] Patterns => this[TapPoint.Patterns];
    public float[] HeadOutputs => this[TapPoint.HeadOutputs];

    private float[] this[TapPoint point] => _values[Array.IndexOf(s_points, point)];

    /// <summary>Keeps a point, if it is one of those.</summary>
    public void Keep(TapPoint point, ReadOnlySpan<float> values)
    {
        int at = Array.IndexOf(s_points, point);
        if (at < 0) return;
        if (_values[at].Length != values.Length) _values[at] = new float[values.Length];
        values.CopyTo(_values[at]);
    }
}
