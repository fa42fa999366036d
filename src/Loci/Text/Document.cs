namespace Loci.Text;

/// <summary>One document of a corpus.</summary>
/// <param name="Index">Number in the corpus, from 0, over all files.</param>
/// <param name="File">The file it comes from, an index into <see cref="Corpus.Paths"/>.</param>
/// <param name="Text">Its text; lines end in <c>\n</c>.</param>
public readonly record struct Document(long Index, int File, string Text);
