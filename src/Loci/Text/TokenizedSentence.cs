namespace Loci.Text;

/// <summary>A sentence as the model reads it.</summary>
/// <param name="Id">Its number in the corpus, from 0.</param>
/// <param name="Tokens">Token ids, without a beginning-of-sequence token; at least one.</param>
/// <param name="Cut">True when it was longer than the context and lost its end.</param>
public readonly record struct TokenizedSentence(long Id, int[] Tokens, bool Cut);
