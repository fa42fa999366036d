using Loci.Memory.Numerics;
using Loci.Models;

namespace Loci.Editing;

/// <summary>
/// Causal tracing (Meng et al. 2022, section 2): noise on the subject's embeddings makes the model forget the answer;
/// what
/// a layer's own state at the subject's last token brings back of it, restored alone, says where the fact is read.
/// </summary>
public static class LayerAdviser
{
    private const double Noise = 3; // standard deviations of the stream's first state

    /// <summary>Traces a fact.</summary>
    /// <param name="model">The model.</param>
    /// <param name="fact">Prompt, subject, and the answer the model gives.</param>
    /// <param name="draws">Draws of noise, at least 2.</param>
    /// <param name="seed">Decides the draws.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    /// <exception cref="LociException">The request cannot be asked of the model.</exception>
    public static LayerAdvice Trace(Model model, EditRequest fact, int draws, int seed, Compute compute = default)
    {
        var place = SubjectPlace.Of(model, fact);
        int width = model.Spec.Width, count = place.Prompt.Length, first = place.Bare;
        // The subject's rows: from where the text before it ends to its last token.
        string prompt = fact.Prompt.TrimEnd(), subject = fact.Subject.Trim();
        int start = prompt.LastIndexOf(subject, StringComparison.Ordinal);
        if (start > 0) first = Math.Min(place.Last, model.Encode(prompt[..start].TrimEnd()).Count);
        var clean = new float[model.Spec.Layers][];
        float[] start0 = [];
        double before = Run(1, (point, layer, values) =>
        {
            if (point == TapPoint.ResidualBefore && layer == 0) start0 = values.ToArray();
            if (point == TapPoint.ResidualAfter)
                clean[layer] = values.Slice(place.Last * width, width).ToArray();
        })[0];
        double sigma = Noise * Math.Sqrt(start0.Average(x => (double)x * x));
        float[] noise = new float[draws * (place.Last - first + 1) * width];
        var random = RandomStream.Of(seed, "noise on a subject");
        for (int i = 0; i < noise.Length; i++)
            noise[i] = (float)(sigma * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
                * Math.Cos(2 * Math.PI * random.NextDouble()));
        double[] corrupted = Run(draws, (point, layer, values) => Corrupt(point, layer, values));
        var layers = new List<Interval>();
        for (int restored = 0; restored < model.Spec.Layers; restored++)
        {
            int at = restored;
            double[] back = Run(draws, (point, layer, values) =>
            {
                Corrupt(point, layer, values);
                if (point != TapPoint.ResidualAfter || layer != at) return;
                for (int d = 0; d < draws; d++)
                    clean[at].CopyTo(values.Slice((d * count + place.Last) * width, width));
            });
            layers.Add(Interval.Of([.. back.Zip(corrupted, (b, c) => b - c)]));
        }
        return new(before, Interval.Of(corrupted), layers);

        void Corrupt(TapPoint point, int layer, Span<float> values)
        {
            if (point != TapPoint.ResidualBefore || layer != 0) return;
            int rows = place.Last - first + 1;
            for (int d = 0; d < draws; d++)
                Elementwise.Add(
                    values.Slice((d * count + first) * width, rows * width), noise.AsSpan(d * rows * width,
                        rows * width));
        }

        double[] Run(int copies, Change change)
        {
            var (batch, workspace) = (new Batch(), new Workspace(model.Spec));
            for (int c = 0; c < copies; c++) batch.Add(place.Prompt);
            model.Transformer.Forward(
                batch, workspace, (point, layer, values, _) => change(point, layer, values), compute: compute);
            float[] last = new float[copies * width], logits = new float[copies * model.Spec.Vocabulary];
            for (int c = 0; c < copies; c++)
                workspace.Stream(batch.Rows).Slice(((c + 1) * count - 1) * width, width).CopyTo(last.AsSpan(c * width));
            model.Transformer.Logits(last, logits, compute);
            return [.. Enumerable.Range(0, copies).Select(c => Math.Exp(AnswerScorer.LogProbability(
                logits.AsSpan(c * model.Spec.Vocabulary, model.Spec.Vocabulary), place.Target[0])))];
        }
    }

    private delegate void Change(TapPoint point, int layer, Span<float> values);
}

/// <summary>Where a fact is read.</summary>
/// <param name="Clean">Probability of the answer's first token.</param>
/// <param name="Corrupted">The same with noise on the subject; the interval is over draws.</param>
/// <param name="Restored">What each layer's state at the subject's last token brings back, from layer 0 up.</param>
public sealed record LayerAdvice(double Clean, Interval Corrupted, IReadOnlyList<Interval> Restored);
