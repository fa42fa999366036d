namespace Loci.Tokenizers.SentencePiece;

/// <summary>What a piece is for; the numbers are those of SentencePiece's files and of GGUF.</summary>
internal enum PieceUse
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

/// <summary>One entry of a vocabulary; its id is its place.</summary>
/// <param name="Text">As the vocabulary writes it, «▁» for a space.</param>
/// <param name="Score">Log-probability of a unigram piece; the order of merges in byte pair encoding.</param>
/// <param name="Use">What it is for.</param>
internal readonly record struct VocabularyPiece(string Text, float Score, PieceUse Use);
