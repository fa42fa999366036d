namespace Loci.Torch.Runs;

/// <summary>Windows of a stream of tokens, in the order a training or an evaluation reads them.</summary>
public interface ITokenSource
{
    /// <summary>Windows of an epoch.</summary>
    int Count { get; }

    /// <summary>Writes a window.</summary>
    /// <param name="number">Counted from 0 through all epochs.</param>
    /// <param name="inputs">[length]</param>
    /// <param name="targets">The tokens to predict. [length]</param>
    void Fill(long number, Span<long> inputs, Span<long> targets);
}
