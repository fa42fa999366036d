namespace Loci.Models.Generation;

/// <summary>Continues a sequence token by token.</summary>
public static class Generator
{
    /// <summary>Yields tokens until the context is full, <paramref name="maxTokens"/> are out, or an end token comes (which is not yielded).</summary>
    /// <param name="transformer">The model.</param>
    /// <param name="prompt">At least one token, such as the beginning of sequence.</param>
    /// <param name="sampler">How a token is chosen.</param>
    /// <param name="maxTokens">Most tokens to yield.</param>
    /// <param name="endTokens">Tokens that end the text.</param>
    /// <param name="threads">Most threads to use.</param>
    public static IEnumerable<int> Generate(
        Transformer transformer, IReadOnlyList<int> prompt, Sampler sampler, int maxTokens,
        IReadOnlyCollection<int> endTokens, int threads = 1)
    {
        if (prompt.Count == 0)
            throw new LociException("There is nothing to continue: the prompt is empty and the model has no beginning-of-sequence token.");
        var spec = transformer.Spec;
        if (prompt.Count > spec.Context)
            throw new LociException($"The prompt has {prompt.Count} tokens, more than the model's context of {spec.Context}.");
        var cache = new ContextMemory(spec);
        var workspace = new Workspace(spec);
        float[] logits = new float[spec.Vocabulary];
        int[] next = [.. prompt];
        for (int made = 0; made < maxTokens && cache.Length + next.Length <= spec.Context; made++)
        {
            transformer.Forward(Batch.Of(next, cache.Length), workspace, memory: cache, threads: threads);
            transformer.Logits(workspace.Stream(next.Length)[^spec.Width..], logits, threads);
            next = [sampler.Choose(logits)];
            if (endTokens.Contains(next[0])) yield break;
            yield return next[0];
        }
    }
}
