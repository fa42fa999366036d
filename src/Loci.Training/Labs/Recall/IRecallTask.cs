using static TorchSharp.torch;

namespace Loci.Training.Labs.Recall;

/// <summary>Texts in which keys are given values and are asked for.</summary>
/// <param name="Tokens">[batch, length], int64</param>
/// <param name="Rows">Where the answer is the next token, as places in the batch's tokens end to end. [batch·asked],
/// int64</param>
/// <param name="Answers">The tokens that are right there. [batch·asked, 1], int64</param>
internal sealed record RecallBatch(Tensor Tokens, Tensor Rows, Tensor Answers);

/// <summary>An endless supply of texts that ask for what stands in them.</summary>
internal interface IRecallTask
{
    /// <summary>The next texts.</summary>
    RecallBatch Draw(int batch);
}
