namespace Loci.Models.Generation;

/// <summary>Continues a prompt in a <see cref="Session"/> of its own.</summary>
public static class Generator
{
    /// <summary>
    /// Yields tokens until the context is full, <paramref name="maxTokens"/> are out, or an end token
    /// comes (which is not yielded).
    /// </summary>
    /// <param name="transformer">The model.</param>
    /// <param name="prompt">At least one token, such as the beginning of sequence.</param>
    /// <param name="sampler">How a token is chosen.</param>
    /// <param name="maxTokens">Most tokens to yield.</param>
    /// <param name="endTokens">Tokens that end the text.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    /// <exception cref="LociException">The prompt is empty, or longer than the model's context.</exception>
    public static IEnumerable<int> Generate(
        Transformer transformer, IReadOnlyList<int> prompt, Sampler sampler, int maxTokens,
        IReadOnlyCollection<int> endTokens, Compute compute = default)
    {
        if (transformer.Spec.MostTokens is { } most && prompt.Count > most)
            throw new LociException($"The prompt has {prompt.Count} tokens, more than the model's context of {most}.");
        var session = new Session(transformer, compute);
        session.Read([.. prompt]);
        foreach (int token in session.Generate(sampler, maxTokens, endTokens)) yield return token;
    }

    /// <summary>What a model says after a prompt, each time the most probable token, until it ends the text.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">At least one token.</param>
    /// <param name="maxTokens">Most tokens.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    internal static int[] Greedy(Model model, IReadOnlyList<int> prompt, int maxTokens, Compute compute = default) =>
        [.. Generate(model.Transformer, prompt, Sampler.Greedy, maxTokens, model.Spec.EndOfSequence, compute)];
}
