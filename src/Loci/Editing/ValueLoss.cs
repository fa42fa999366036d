using Loci.Models;

namespace Loci.Editing;

/// <summary>
/// The loss of a value: what the model would say if so much were added to the stream at the edited place.
/// </summary>
internal sealed class ValueLoss
{
    private readonly int _layer, _width, _vocabulary;
    private readonly EditSettings _settings;
    private readonly int[] _target;
    private readonly int[] _places;         // row of the edited place of each text, «{subject} is a» last
    private readonly int[] _rows;           // rows whose next token counts: the targets' of each text, then the last
    private readonly Batch _batch = new();
    private readonly StreamReverse _pass;
    private readonly double[] _usual;       // log P after «{subject} is a», before. [vocabulary]
    private readonly int _texts;

    private ValueLoss(
        Model model, IReadOnlyList<EditText> texts, int[] target, EditText essence, int layer, EditSettings settings,
        Compute compute)
    {
        (_target, _layer, _settings, _texts) = (target, layer, settings, texts.Count);
        (_width, _vocabulary) = (model.Spec.Width, model.Spec.Vocabulary);
        StreamNorm = Vectors.Norm(LayerKeys.MeanAt(model.Transformer, texts, TapPoint.ResidualAfter, layer, compute));
        var places = new List<int>();
        var rows = new List<int>();
        foreach (var text in texts)
        {
            var (first, count, _) = _batch.Add([.. text.Tokens, .. target[..^1]]);
            places.Add(first + text.Row);
            for (int t = 0; t < target.Length; t++) rows.Add(first + count - target.Length + t);
        }
        var last = _batch.Add(essence.Tokens);
        places.Add(last.FirstRow + essence.Row);
        rows.Add(last.FirstRow + last.Count - 1);
        (_places, _rows) = ([.. places], [.. rows]);
        _pass = new(model.Transformer, layer, through: false, compute);
        _usual = LogProbabilities(_pass.Forward(_batch, _rows).AsSpan(^_vocabulary..));
    }

    /// <summary>Length of the stream at the place, before: what lengths are measured in.</summary>
    public double StreamNorm { get; }

    /// <summary>The loss of a request.</summary>
    public static ValueLoss Of(
        Model model, IReadOnlyList<EditText> texts, SubjectPlace place, EditRequest request, int layer,
        EditSettings settings, Compute compute)
    {
        string subject = request.Subject.Trim();
        var essence = SubjectPlace.Of(model, request with { Prompt = subject });
        int[] isA = SubjectPlace.Continuation(model, subject, essence.Prompt, " is a");
        return new(
            model, texts, place.Target, new([.. essence.Prompt, .. isA], essence.Last), layer, settings, compute);
    }

    /// <summary>The loss at δ, its likelihood part alone, and its gradient.</summary>
    /// <param name="delta">Added to the stream at the place, in every text. [width]</param>
    /// <param name="gradient">Overwritten. [width]</param>
    public (double Loss, double Likelihood) Evaluate(double[] delta, double[] gradient)
    {
        float[] logits = _pass.Forward(_batch, _rows, (point, layer, values, _) =>
        {
            if (point != TapPoint.ResidualAfter || layer != _layer) return;
            foreach (int place in _places)
                for (int i = 0; i < _width; i++) values[place * _width + i] += (float)delta[i];
        });
        double likelihood = 0, divergence = 0;
        float[] slopes = new float[logits.Length];                      // [rows, vocabulary]
        for (int r = 0; r < _rows.Length - 1; r++)
        {
            double[] now = LogProbabilities(logits.AsSpan(r * _vocabulary, _vocabulary));
            int token = _target[r % _target.Length];
            likelihood -= now[token] / _texts;
            for (int v = 0; v < now.Length; v++)
                slopes[r * _vocabulary + v] = (float)((Math.Exp(now[v]) - (v == token ? 1 : 0)) / _texts);
        }
        int last = (_rows.Length - 1) * _vocabulary;
        double[] essence = LogProbabilities(logits.AsSpan(last));
        for (int v = 0; v < essence.Length; v++)
        {
            double usual = Math.Exp(_usual[v]);
            divergence += usual * (_usual[v] - essence[v]);
            slopes[last + v] = (float)(_settings.Essence * (Math.Exp(essence[v]) - usual));
        }
        float[] stream = _pass.Back(_rows, slopes);                     // [rows of the batch, width]
        double decay = _settings.Decay / (StreamNorm * StreamNorm);
        for (int i = 0; i < _width; i++)
        {
            gradient[i] = 2 * decay * delta[i];
            foreach (int place in _places) gradient[i] += stream[place * _width + i];
        }
        return (likelihood + _settings.Essence * divergence + decay * Vectors.Dot(delta, delta), likelihood);
    }

    private static double[] LogProbabilities(ReadOnlySpan<float> logits)
    {
        double most = double.NegativeInfinity, sum = 0;
        foreach (float logit in logits) most = Math.Max(most, logit);
        foreach (float logit in logits) sum += Math.Exp(logit - most);
        double log = most + Math.Log(sum);
        double[] probabilities = new double[logits.Length];
        for (int v = 0; v < probabilities.Length; v++) probabilities[v] = logits[v] - log;
        return probabilities;
    }
}
