using System.Text.Json.Serialization;
using Loci.Models;
using Loci.Tracing;

namespace Loci.Views;

/// <summary>
/// What the model would answer after every token of a prompt, read after the embedding and after every layer.
/// </summary>
/// <param name="Tokens">The whole prompt.</param>
/// <param name="First">Position of the first token looked at, from 0.</param>
/// <param name="Positions">By token looked at.</param>
public sealed record LensView(
    IReadOnlyList<TokenView> Tokens, int First, IReadOnlyList<LensPositionView> Positions)
{
    internal static LensView Of(PromptLens lens, Model model) => new(
        [.. lens.Tokens.Select(token => TokenView.Of(model, token))], lens.First,
        [
            .. lens.Steps.Select(steps => new LensPositionView(
                TokenView.Of(model, steps[^1].Best), steps[^1].Probability,
                [.. steps.Select((step, state) => LensStepView.Of(step, state, model))])),
        ]);
}

/// <summary>The lens at one token of the prompt.</summary>
/// <param name="Answer">What the model answers there.</param>
/// <param name="Probability">Its probability.</param>
/// <param name="Steps">After the embedding, then after every layer.</param>
public sealed record LensPositionView(TokenView Answer, double Probability, IReadOnlyList<LensStepView> Steps);

/// <summary>What the model would answer if the stream were read here.</summary>
/// <param name="Layer">The layer; left out for the embedding.</param>
/// <param name="Id">Id of the best token.</param>
/// <param name="Token">Its text.</param>
/// <param name="Probability">Its probability.</param>
/// <param name="AnswerProbability">Probability of the answer of the last layer.</param>
/// <param name="AnswerRank">Its rank, from 1.</param>
public sealed record LensStepView(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Layer, int Id, string Token,
    double Probability, double AnswerProbability, int AnswerRank)
{
    internal static LensStepView Of(LensStep step, int state, Model model) => new(
        state == 0 ? null : state - 1, step.Best, TokenNames.Text(model, step.Best), step.Probability,
        step.AnswerProbability, step.AnswerRank);
}

/// <summary>How the heads of one layer attend over a prompt.</summary>
/// <param name="Layer">The layer, from 0.</param>
/// <param name="Tokens">The prompt.</param>
/// <param name="Heads">
/// By head: for every token, row by row, how much it attends to each token of the prompt; empty where the layer's
/// memory of the context is a matrix and not a list.
/// </param>
/// <param name="Strengths">
/// By head: how strongly each token writes, β; empty unless the layer is a fast-weight memory that learned it.
/// </param>
public sealed record AttentionView(
    int Layer, IReadOnlyList<TokenView> Tokens, IReadOnlyList<IReadOnlyList<float>> Heads,
    IReadOnlyList<IReadOnlyList<float>> Strengths);
