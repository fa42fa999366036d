using Loci.Torch.Networks;
using static TorchSharp.torch;

namespace Loci.Torch.Optimisation;

/// <summary>
/// The output embedding and the cross-entropy as one: some rows at a time, so that the scores of the whole batch never
/// stand in memory, and with the gradients at once, because that of a row's scores is softmax − target.
/// </summary>
public static class LossHead
{
    private const long ScoresAtOnce = 1 << 20; // 4 MB: what a core's cache holds

    /// <summary>
    /// The summed loss in nats; adds to the output embedding's gradient, and gives that of the rows.
    /// </summary>
    /// <param name="network">Without a soft cap on its logits.</param>
    /// <param name="normed">What the output embedding reads. [rows, width]</param>
    /// <param name="targets">The tokens to predict, int64. [rows, 1]</param>
    /// <param name="scale">Factor on both gradients.</param>
    public static (double Loss, Tensor Gradient) Train(TorchTransformer network, Tensor normed, Tensor targets,
        double scale)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Tensor output = network.Output.Values.detach(), outputGradient = network.Output.Gradient;
        var gradient = empty_like(normed);
        Tensor sum = zeros(1, ScalarType.Float64);
        foreach (var (first, count) in Chunks(network, normed))
        {
            using var chunk = NewDisposeScope();
            Tensor x = normed.narrow(0, first, count).detach(), t = targets.narrow(0, first, count);
            var scores = Score(x, output, t, sum);                       // log-probabilities [count, vocabulary]
            scores.exp_().scatter_add_(1, t, full([count, 1], -1f));
            gradient.narrow(0, first, count).addmm_(scores, output, 0, (float)scale);
            outputGradient.addmm_(scores.t(), x, 1, (float)scale);
        }
        return (-sum.item<double>(), scope.MoveToOuter(gradient));
    }

    /// <summary>The summed loss in nats, and how many targets were the most likely token.</summary>
    public static (double Loss, long Right) Evaluate(TorchTransformer network, Tensor normed, Tensor targets)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Tensor sum = zeros(1, ScalarType.Float64), right = zeros(1, ScalarType.Int64);
        foreach (var (first, count) in Chunks(network, normed))
        {
            using var chunk = NewDisposeScope();
            Tensor t = targets.narrow(0, first, count);
            var scores = Score(normed.narrow(0, first, count), network.Output.Values, t, sum);
            right.add_(scores.argmax(1, keepdim: true).eq(t).sum());
        }
        return (-sum.item<double>(), right.item<long>());
    }

    private static Tensor Score(Tensor x, Tensor output, Tensor targets, Tensor sum)
    {
        var scores = x.mm(output.t()).log_softmax(1);
        sum.add_(scores.gather(1, targets).sum(ScalarType.Float64));
        return scores;
    }

    private static IEnumerable<(long First, long Count)> Chunks(TorchTransformer network, Tensor normed)
    {
        long rows = normed.shape[0], most = Math.Max(64, ScoresAtOnce / network.Spec.Vocabulary);
        for (long first = 0; first < rows; first += most) yield return (first, Math.Min(most, rows - first));
    }
}
