using Loci.Memory.Numerics;
using Paint.Model;
using Paint.Strokes;

namespace Paint.Measuring;

/// <summary>What a stroke is like, as far as a cell may know of it.</summary>
internal enum StrokeProperty
{
    X,
    Y,
    Size,
    Orientation,
}

/// <summary>A cell of the decoder whose coefficient goes with a property of the strokes.</summary>
/// <param name="Layer">Of the decoder.</param>
/// <param name="Cell">Its number.</param>
/// <param name="Property">What it goes with.</param>
/// <param name="Chosen">The correlation on the half of the patches that it was chosen on.</param>
/// <param name="HeldOut">The correlation on the other half.</param>
/// <param name="Low">Lower end of the 95 % interval of that: Fisher's, over patches.</param>
/// <param name="High">Upper end.</param>
internal sealed record KnowingCell(
    int Layer, int Cell, StrokeProperty Property, double Chosen, double HeldOut, double Low, double High);

/// <summary>
/// The atlas of the decoder's cells over patches: each answer gives every cell a coefficient, and a stroke that can be
/// seen. For an orientation, which has no beginning, the correlation is that with the best mixture of
/// cos 2θ and sin 2θ.
/// </summary>
internal sealed class CellStudy
{
    public const string Purpose = "paint cells";
    private const int Cells = PredictorShape.Cells, Queries = PredictorShape.Queries;

    private readonly float[][] _coefficients;           // [layers][answers, cells]
    private readonly StrokeAnswer[] _answers;
    private readonly int _patches;

    public CellStudy(StrokePredictor predictor, int patches)
    {
        _patches = patches;
        Examples = RandomStrokes.Draw(patches, PredictorShape.Patch, Queries, seed: 1, Purpose, part: 0);
        _coefficients = [.. Enumerable.Range(0, PredictorShape.Layers).Select(
            _ => new float[patches * Queries * Cells])];
        _answers = SyntheticMeasurement.Ask(predictor, Examples, (layer, first, m) =>
            m.CopyTo(_coefficients[layer], first * Cells));
    }

    /// <summary>The patches that were asked about.</summary>
    public StrokeExample[] Examples { get; }

    /// <summary>The cell that knows most of a property: chosen on one half of the patches, tested on the
    /// other.</summary>
    public KnowingCell Best(StrokeProperty property)
    {
        var (layer, cell, chosen) = (from l in Enumerable.Range(0, PredictorShape.Layers)
                                     from c in Enumerable.Range(0, Cells)
                                     let r = Correlation(l, c, property, 0, _patches / 2, 0)
                                     orderby Math.Abs(r) descending
                                     select (l, c, r)).First();
        double held = Correlation(layer, cell, property, _patches / 2, _patches, 0);
        double z = Math.Atanh(held), half = 1.96 / Math.Sqrt(_patches / 2 - 3);
        return new(layer, cell, property, chosen, held, Math.Tanh(z - half), Math.Tanh(z + half));
    }

    /// <summary>
    /// The null of <see cref="Best"/>: the largest correlation of any cell with the strokes of other patches.
    /// </summary>
    public double LargestByChance(StrokeProperty property) =>
        (from l in Enumerable.Range(0, PredictorShape.Layers)
         from c in Enumerable.Range(0, Cells)
         select Math.Abs(Correlation(l, c, property, 0, _patches / 2, shift: 4 * Queries))).Max();

    /// <summary>Another cell of the layer that fires as much in the mean: the control of a switch.</summary>
    public int Control(int layer, int cell)
    {
        double wanted = Mean(layer, cell);
        return Enumerable.Range(0, Cells).Where(c => c != cell).MinBy(c => Math.Abs(Mean(layer, c) - wanted));
    }

    /// <summary>How far the answers move without a cell: for each property the mean over answers, by patch.</summary>
    public Interval Moved(StrokePredictor predictor, int layer, int cell, StrokeProperty property)
    {
        var without = SyntheticMeasurement.Ask(predictor, Examples, Without(layer, cell));
        return Interval.Of([.. Enumerable.Range(0, _patches / 4).Select(group =>
            Enumerable.Range(group * 4 * Queries, 4 * Queries)
                .Average(i => Difference(_answers[i].Stroke, without[i].Stroke, property)))]);
    }

    /// <summary>Switches a cell off: its coefficient is 0.</summary>
    public static Action<int, int, float[]> Without(int layer, int cell) => (at, _, m) =>
    {
        if (at != layer) return;
        for (int i = cell; i < m.Length; i += Cells) m[i] = 0;
    };

    private double Mean(int layer, int cell)
    {
        double sum = 0;
        for (int i = cell; i < _coefficients[layer].Length; i += Cells) sum += _coefficients[layer][i];
        return sum;
    }

    private static double Difference(in Stroke a, in Stroke b, StrokeProperty property) => property switch
    {
        StrokeProperty.X => Math.Abs(a.X - b.X),
        StrokeProperty.Y => Math.Abs(a.Y - b.Y),
        StrokeProperty.Size => Math.Abs(MathF.Sqrt(a.Width * a.Height) - MathF.Sqrt(b.Width * b.Height)),
        _ => 180 * Math.Min(Math.Abs(a.Turn - b.Turn), 1 - Math.Abs(a.Turn - b.Turn)),
    };

    // Over the painted answers of patches from one to another. Shifted, a coefficient meets the stroke of the same
    // query on another canvas.
    private double Correlation(int layer, int cell, StrokeProperty property, int from, int to, int shift)
    {
        int first = from * Queries, count = (to - from) * Queries;
        var (m, a, b) = (new List<double>(), new List<double>(), new List<double>());
        for (int i = 0; i < count; i++)
        {
            var answer = _answers[first + (i + shift) % count];
            if (!answer.IsPainted || !_answers[first + i].IsPainted) continue;
            var stroke = answer.Stroke;
            m.Add(_coefficients[layer][(first + i) * Cells + cell]);
            a.Add(property switch
            {
                StrokeProperty.X => stroke.X, StrokeProperty.Y => stroke.Y,
                StrokeProperty.Size => Math.Sqrt(stroke.Width * stroke.Height), _ => Math.Cos(2 * stroke.Angle),
            });
            b.Add(Math.Sin(2 * stroke.Angle));
        }
        double ra = Pearson(m, a);
        if (property != StrokeProperty.Orientation) return ra;
        // The multiple correlation with two predictors.
        double rb = Pearson(m, b), between = Pearson(a, b);
        double square = (ra * ra + rb * rb - 2 * ra * rb * between) / Math.Max(1e-9, 1 - between * between);
        return Math.Sqrt(Math.Clamp(square, 0, 1));
    }

    private static double Pearson(List<double> a, List<double> b)
    {
        if (a.Count < 2) return 0;
        double ma = a.Average(), mb = b.Average(), ab = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Count; i++)
        {
            double da = a[i] - ma, db = b[i] - mb;
            (ab, aa, bb) = (ab + da * db, aa + da * da, bb + db * db);
        }
        return aa * bb <= 0 ? 0 : ab / Math.Sqrt(aa * bb);
    }
}
