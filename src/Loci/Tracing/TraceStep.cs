namespace Loci.Tracing;

/// <summary>What the model would answer if the stream were read after one step.</summary>
/// <param name="Layer">The layer whose part was added last; −1 for the embedding.</param>
/// <param name="AfterFeedForward">True after the layer's feed-forward part, false after its attention.</param>
/// <param name="Top">The best token, with its logit.</param>
/// <param name="TopProbability">Its probability.</param>
/// <param name="AnswerRank">Rank of the answer, from 1; ties to the smaller id.</param>
/// <param name="AnswerProbability">Its probability.</param>
/// <param name="AnswerLogit">Its logit.</param>
public sealed record TraceStep(
    int Layer, bool AfterFeedForward, ScoredToken Top, double TopProbability, int AnswerRank, double AnswerProbability,
    float AnswerLogit)
{
    internal static TraceStep Read(int state, ReadOnlySpan<float> logits, int answer)
    {
        var top = ScoredToken.Best(logits, 1)[0];
        double sum = 0;
        int rank = 1;
        for (int t = 0; t < logits.Length; t++)
        {
            sum += Math.Exp(logits[t] - (double)top.Logit);
            if (logits[t] > logits[answer] || (logits[t] == logits[answer] && t < answer)) rank++;
        }
        double probability = Math.Exp(logits[answer] - (double)top.Logit) / sum;
        return new(
            state == 0 ? -1 : (state - 1) / 2, state > 0 && state % 2 == 0, top, 1 / sum, rank, probability,
            logits[answer]);
    }
}
