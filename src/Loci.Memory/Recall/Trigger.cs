namespace Loci.Memory.Recall;

/// <summary>
/// A prefix that fires a cell: a pointer to the text and how strongly. Triggers are ranked by strength, the magnitude
/// of the coefficient at the cell's pole, ties to the earlier prefix (sentence, then position).
/// </summary>
/// <param name="Coefficient">The memory coefficient m, signed: negative at a negative pole, never zero.</param>
/// <param name="Sentence">Sentence of the corpus, from 0, in corpus order.</param>
/// <param name="Position">
/// Position of the prefix's last token in the sentence, from 0; a beginning-of-sequence token is not counted.
/// </param>
public readonly record struct Trigger(float Coefficient, long Sentence, int Position);
