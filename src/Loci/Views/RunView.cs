namespace Loci.Views;

/// <summary>The best next tokens at every position of a text: <c>loci model run</c>.</summary>
/// <param name="Positions">By position.</param>
public sealed record RunView(IReadOnlyList<PositionView> Positions)
{
    /// <summary>The tokens that were run, and the best next ones after each.</summary>
    public static RunView Of(IReadOnlyList<int> tokens, IReadOnlyList<IReadOnlyList<ScoredToken>> next) => new(
        [.. tokens.Select((token, at) => new PositionView(at, token, [.. next[at].Select(best => new CandidateView(best.Id, best.Logit))]))]);
}

/// <summary>One position of a text.</summary>
/// <param name="Position">The position, from 0.</param>
/// <param name="Token">Id of the token there.</param>
/// <param name="Top">The best tokens to come next, best first.</param>
public sealed record PositionView(int Position, int Token, IReadOnlyList<CandidateView> Top);

/// <summary>A token that may come next.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Logit">Its logit.</param>
public sealed record CandidateView(int Id, float Logit);
