namespace Loci.Models.Blocks;

/// <summary>How the stream becomes scores: a final norm and a product with the output embedding.</summary>
/// <param name="Tied">True when the output embedding is the token embedding.</param>
/// <param name="SoftCap">c in c·tanh(logit/c), or 0 for none.</param>
/// <param name="Scale">Factor on the scores, before the bias.</param>
/// <param name="Bias">True when every token has a bias.</param>
public sealed record HeadSpec(bool Tied, float SoftCap = 0, float Scale = 1, bool Bias = false);
