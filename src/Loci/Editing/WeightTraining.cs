using Loci.Models;
using Loci.Models.Weights;

namespace Loci.Editing;

/// <summary>
/// Trains the matrices of blocks on facts: Adam steps, each followed by the projection onto the method's ball around
/// the
/// weights as they were (Zhu et al. 2020, eq. 3). Biases and norms stay.
/// </summary>
internal static class WeightTraining
{
    private const double First = 0.9, Second = 0.999, Small = 1e-8; // Adam's
    private const double Enough = 0.05; // nats a token of the target, at which it is learned

    /// <summary>The changes of the trained tensors.</summary>
    public static TensorChange[] Run(
        TrainedMethod method, Model before, SubjectPlace[] places, IReadOnlyList<int> layers, Compute compute)
    {
        if (layers.Count != 1)
            throw new LociException($"{method.Name} trains one block at a time; name one layer.");
        int layer = layers[0];
        var pass = new StreamReverse(before.Transformer, layer, through: true, compute);
        var batch = Batch(places, method.TargetOnly, out int[] rows, out int[] tokens, out double[] weights);
        Trained[] tensors = [.. before.Transformer.Tensors
            .Where(tensor => tensor.Layer == layer && tensor.IsMatrix && IsTrained(tensor.Role, method.WholeBlock))
            .Select(tensor => new Trained(tensor, before.Transformer.Read(tensor)))];
        var gradients = new BlockGradients(method.WholeBlock);
        Transformer now = before.Transformer;
        for (int step = 1; ; step++)
        {
            compute.Cancellation.ThrowIfCancellationRequested();
            float[] slopes = pass.Forward(batch, rows);                 // [rows, vocabulary], scores, then slopes
            if (Slopes(slopes, tokens, weights) < Enough || step > method.Steps) break;
            gradients.Clear();
            pass.Back(rows, slopes, gradients);
            foreach (var tensor in tensors) tensor.Step(gradients.Sums[tensor.Slot.Role], step, method.Rate);
            Project(tensors, method);
            if (now != before.Transformer) now.Dispose();
            now = before.Transformer.With(
                slot => Array.Find(tensors, tensor => tensor.Slot.Equals(slot))?.Now.ToArray());
            pass = pass.With(now);
        }
        if (now != before.Transformer) now.Dispose();
        return [.. tensors.Select(tensor => new TensorChange(tensor.Slot.Name, null, tensor.Change(), [], []))];
    }

    private static bool IsTrained(TensorRole role, bool wholeBlock) =>
        role is TensorRole.Keys or TensorRole.GateKeys or TensorRole.Values
        || wholeBlock && role is TensorRole.Query or TensorRole.Key or TensorRole.Value or TensorRole.MixerOutput;

    // Every fact weighs the same, every token of what is learned of it likewise.
    private static Batch Batch(
        SubjectPlace[] places, bool targetOnly, out int[] rows, out int[] tokens, out double[] weights)
    {
        var batch = new Batch();
        var (at, next, weigh) = (new List<int>(), new List<int>(), new List<double>());
        foreach (var place in places)
        {
            int[] text = [.. place.Prompt, .. place.Target];
            var (first, count, _) = batch.Add(text.AsSpan(0, text.Length - 1));
            int from = targetOnly ? place.Prompt.Length - 1 : 0;
            for (int t = from; t < count; t++)
            {
                at.Add(first + t);
                next.Add(text[t + 1]);
                weigh.Add(1.0 / (places.Length * (count - from)));
            }
        }
        (rows, tokens, weights) = ([.. at], [.. next], [.. weigh]);
        return batch;
    }

    // The loss; scores become its slopes.
    private static double Slopes(float[] scores, int[] tokens, double[] weights)
    {
        double loss = 0;
        int vocabulary = scores.Length / tokens.Length;
        for (int r = 0; r < tokens.Length; r++)
        {
            var row = scores.AsSpan(r * vocabulary, vocabulary);
            double most = double.NegativeInfinity, sum = 0;
            foreach (float score in row) most = Math.Max(most, score);
            foreach (float score in row) sum += Math.Exp(score - most);
            loss -= weights[r] * (row[tokens[r]] - most - Math.Log(sum));
            for (int v = 0; v < vocabulary; v++)
                row[v] = (float)(weights[r] * (Math.Exp(row[v] - most) / sum - (v == tokens[r] ? 1 : 0)));
        }
        return loss;
    }

    private static void Project(Trained[] tensors, TrainedMethod method)
    {
        if (method.Ball == WeightBall.Largest)
            foreach (var tensor in tensors) tensor.Clamp(method.Radius);
        if (method.Ball != WeightBall.Euclidean) return;
        double norm = Math.Sqrt(tensors.Sum(tensor => tensor.Square()));
        if (norm > method.Radius)
            foreach (var tensor in tensors) tensor.Shrink(method.Radius / norm);
    }

    private sealed class Trained(TensorSlot slot, float[] before)
    {
        private readonly double[] _mean = new double[before.Length], _square = new double[before.Length];

        public TensorSlot Slot => slot;

        public float[] Now { get; } = [.. before];

        public void Step(float[] gradient, int step, double rate)
        {
            double first = 1 - Math.Pow(First, step), second = 1 - Math.Pow(Second, step);
            for (int i = 0; i < Now.Length; i++)
            {
                double g = gradient[i], m = _mean[i] = First * _mean[i] + (1 - First) * g,
                    v = _square[i] = Second * _square[i] + (1 - Second) * g * g;
                Now[i] -= (float)(rate * (m / first) / (Math.Sqrt(v / second) + Small));
            }
        }

        public void Clamp(double radius)
        {
            for (int i = 0; i < Now.Length; i++)
                Now[i] = (float)(before[i] + Math.Clamp((double)Now[i] - before[i], -radius, radius));
        }

        public double Square()
        {
            double sum = 0;
            for (int i = 0; i < Now.Length; i++) sum += ((double)Now[i] - before[i]) * ((double)Now[i] - before[i]);
            return sum;
        }

        public void Shrink(double factor)
        {
            for (int i = 0; i < Now.Length; i++) Now[i] = (float)(before[i] + factor * ((double)Now[i] - before[i]));
        }

        public float[] Change() => [.. Now.Zip(before, (now, then) => (float)((double)now - then))];
    }
}
