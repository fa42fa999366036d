using Loci.Models;
using Loci.Tracing;

namespace Loci.Views;

/// <summary>
/// What changes of coefficients do to the next token, beside the same done to matched cells. Effects are in nats.
/// </summary>
/// <param name="Tokens">The prompt.</param>
/// <param name="Set">The changes, as <c>--set</c> takes them.</param>
/// <param name="Answer">What the model answers as it is.</param>
/// <param name="Before">The next token without the changes.</param>
/// <param name="After">With them.</param>
/// <param name="Control">With the first control; null where nothing else of the kind is there.</param>
/// <param name="Effect">What the changes add to ln p of the answer.</param>
/// <param name="Divergence">KL divergence from the model as it is to the changed one.</param>
/// <param name="Controls">Every control that was drawn.</param>
/// <param name="AsStrong">Controls that move ln p of the answer at least as far.</param>
public sealed record SwitchView(
    IReadOnlyList<TokenView> Tokens, IReadOnlyList<string> Set, TokenView Answer, NextTokenView Before,
    NextTokenView After, NextTokenView? Control, double Effect, double Divergence,
    IReadOnlyList<ControlView> Controls, int AsStrong)
{
    internal static SwitchView Of(SwitchRun run, Model model)
    {
        double effect = Effect(run.After);
        return new(
            [.. run.Tokens.Select(token => TokenView.Of(model, token))],
            [.. run.Changes.Select(change => $"{change}")], TokenView.Of(model, run.Before.Answer),
            NextTokenView.Of(run.Before, model), NextTokenView.Of(run.After, model),
            run.Controls is [var first, ..] ? NextTokenView.Of(first.Outcome, model) : null,
            effect, run.After.Divergence,
            [
                .. run.Controls.Select(control => new ControlView(
                    [.. control.Changes.Select(change => $"{change}")], Effect(control.Outcome),
                    control.Outcome.Divergence)),
            ],
            run.Controls.Count(control => Math.Abs(Effect(control.Outcome)) >= Math.Abs(effect)));

        double Effect(SwitchOutcome outcome) => outcome.AnswerLogProbability - run.Before.AnswerLogProbability;
    }
}

/// <summary>The next token.</summary>
/// <param name="Top">The likeliest tokens, best first.</param>
/// <param name="AnswerProbability">Probability of the answer that the model gives as it is.</param>
/// <param name="AnswerRank">Its rank, from 1.</param>
public sealed record NextTokenView(
    IReadOnlyList<LikelyTokenView> Top, double AnswerProbability, int AnswerRank)
{
    internal static NextTokenView Of(SwitchOutcome outcome, Model model) => new(
        [
            .. outcome.Top.Zip(outcome.LogProbabilities, (token, logp) => new LikelyTokenView(
                token.Id, TokenNames.Text(model, token.Id), Math.Exp(logp))),
        ],
        Math.Exp(outcome.AnswerLogProbability), outcome.AnswerRank);
}

/// <summary>A token and how likely it is.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Token">Its text.</param>
/// <param name="Probability">Its probability.</param>
public sealed record LikelyTokenView(int Id, string Token, double Probability);

/// <summary>A control of changes.</summary>
/// <param name="Set">What is changed instead, as <c>--set</c> takes it.</param>
/// <param name="Effect">What that adds to ln p of the answer.</param>
/// <param name="Divergence">KL divergence from the model as it is.</param>
public sealed record ControlView(IReadOnlyList<string> Set, double Effect, double Divergence);
