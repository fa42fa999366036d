using Loci.Models;
using Loci.Models.Gradients;

namespace Loci.Editing;

/// <summary>
/// The loss of a value: what the model would say if so much were added to what the edited layer's cells give at the
/// subject's last token.
/// </summary>
internal sealed class ValueLoss : IDisposable
{
    private readonly EditSettings _settings;
    private readonly Objective _objective = new(); // the target of each text, then the essence
    private readonly ReversePass _pass;
    private readonly ValueShift _shift;
    private readonly Compute _compute;

    private ValueLoss(
        Model model, IReadOnlyList<EditText> texts, int[] target, EditText essence, int layer, EditSettings settings,
        Compute compute)
    {
        (_settings, _compute) = (settings, compute);
        StreamNorm = Vectors.Norm(LayerKeys.MeanAt(model.Transformer, texts, TapPoint.ResidualAfter, layer, compute));
        var batch = new Batch();
        var places = new List<int>();           // row of the edited place of each text, «{subject} is a» last
        foreach (var text in texts)
        {
            var (first, count, _) = batch.Add([.. text.Tokens, .. target[..^1]]);
            places.Add(first + text.Row);
            for (int t = 0; t < target.Length; t++)
                _objective.AddTarget(first + count - target.Length + t, target[t], 1.0 / texts.Count);
        }
        var last = batch.Add(essence.Tokens);
        places.Add(last.FirstRow + essence.Row);
        _pass = new(model.Transformer, layer);
        _pass.Read(batch, compute);
        _objective.AddDivergence(
            last.FirstRow + last.Count - 1, Usual(last.FirstRow + last.Count - 1, model.Spec.Vocabulary),
            settings.Essence);
        _shift = new(layer, places, new float[model.Spec.Width]);
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
    /// <param name="delta">Added at the place, in every text. [width]</param>
    /// <param name="gradient">Overwritten. [width]</param>
    public (double Loss, double Likelihood) Evaluate(double[] delta, double[] gradient)
    {
        for (int i = 0; i < delta.Length; i++) _shift.Delta[i] = (float)delta[i];
        double loss = _pass.Forward(_objective, _shift, FiniteValues.Guard, _compute), likelihood = 0;
        foreach (double term in _pass.Losses[..^1]) likelihood += term;
        _pass.Backward(compute: _compute);
        double decay = _settings.Decay / (StreamNorm * StreamNorm);
        for (int i = 0; i < gradient.Length; i++) gradient[i] = 2 * decay * delta[i] + _shift.Gradient[i];
        return (loss + decay * Vectors.Dot(delta, delta), likelihood);
    }

    public void Dispose() => _pass.Dispose();

    // ln P after «{subject} is a», before. [vocabulary]
    private float[] Usual(int row, int vocabulary)
    {
        var asked = new Objective();
        asked.AddScore(row, token: 0);          // any: what is wanted is the row
        _pass.Forward(asked, tap: FiniteValues.Guard, compute: _compute);
        float[] usual = new float[vocabulary];
        _pass.LogProbabilities(row, usual);
        return usual;
    }
}
