namespace Loci.Memory.Recall;

/// <summary>Where a sentence stands in a batch: rows FirstRow..FirstRow+Count−1 are its positions 0..Count−1.</summary>
/// <param name="Sentence">Sentence of the corpus, in [0, <see cref="LayerRecall.SentenceLimit"/>).</param>
/// <param name="FirstRow">Row of position 0.</param>
/// <param name="Count">Number of positions, in [0, <see cref="LayerRecall.PositionLimit"/>].</param>
public readonly record struct SentenceRows(long Sentence, int FirstRow, int Count);
