using Loci.Atlas;
using Loci.Models;

namespace Loci.Views;

/// <summary>A token.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Token">Its text as it stands in running text; <c>#id</c> where the model has no tokenizer.</param>
public sealed record TokenView(int Id, string Token)
{
    /// <summary>A token of a model.</summary>
    public static TokenView Of(Model model, int id) => new(id, TokenNames.Text(model, id));
}

/// <summary>A token and its score.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Token">Its text as it stands in running text.</param>
/// <param name="Logit">Its logit.</param>
public sealed record ScoredTokenView(int Id, string Token, float Logit)
{
    /// <summary>Tokens of an atlas.</summary>
    internal static IReadOnlyList<ScoredTokenView> Of(AtlasFile atlas, IEnumerable<ScoredToken> tokens) =>
        [.. tokens.Select(token => new ScoredTokenView(token.Id, atlas.Token(token.Id).Text, token.Logit))];
}
