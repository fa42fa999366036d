using System.Text.Json.Serialization;

namespace Loci.Views;

/// <summary>The best next tokens at every position of a text: <c>loci model run</c>.</summary>
/// <param name="Positions">By position.</param>
/// <param name="Set">
/// The changes of coefficients that the model ran under, as they were given; left out without any.
/// </param>
public sealed record RunView(
    IReadOnlyList<PositionView> Positions,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Set)
{
    /// <summary>The tokens that were run, and the best next ones after each.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="next">The best next ones, by position.</param>
    /// <param name="set">Changes they came under; null: none.</param>
    /// <param name="before">The best next ones without the changes.</param>
    public static RunView Of(
        IReadOnlyList<int> tokens, IReadOnlyList<IReadOnlyList<ScoredToken>> next, IReadOnlyList<string>? set = null,
        IReadOnlyList<IReadOnlyList<ScoredToken>>? before = null) => new(
        [.. tokens.Select(
            (token, at) =>
                new PositionView(at, token, CandidateView.Of(next[at]),
                    before is null ? null : CandidateView.Of(before[at])))], set);
}

/// <summary>One position of a text.</summary>
/// <param name="Position">The position, from 0.</param>
/// <param name="Token">Id of the token there.</param>
/// <param name="Top">The best tokens to come next, best first.</param>
/// <param name="TopBefore">The best without the changes; left out where there are none.</param>
public sealed record PositionView(
    int Position, int Token, IReadOnlyList<CandidateView> Top,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<CandidateView>? TopBefore);

/// <summary>A token that may come next.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Logit">Its logit.</param>
public sealed record CandidateView(int Id, float Logit)
{
    internal static IReadOnlyList<CandidateView> Of(IReadOnlyList<ScoredToken> tokens) =>
        [.. tokens.Select(token => new CandidateView(token.Id, token.Logit))];
}
