using System.Text.Json.Serialization;
using Loci.Atlas;
using Loci.Models;
using Loci.Tracing;

namespace Loci.Views;

/// <summary>A traced prompt: <c>loci trace</c>. Contributions are in nats.</summary>
/// <param name="Tokens">The prompt, up to the position looked at.</param>
/// <param name="Position">That position, from 0.</param>
/// <param name="Answer">The token explained.</param>
/// <param name="Against">The token it is weighed against; left out where there is none.</param>
/// <param name="Logit">The answer's logit, soft cap applied; minus that of the token it is weighed against.</param>
/// <param name="Explained">What the parts sum to: the logit before a soft cap.</param>
/// <param name="SoftCap">The model's soft cap of logits; 0 for none.</param>
/// <param name="Steps">
/// How the prediction forms: after the embedding, then after every layer's attention and feed-forward part.
/// </param>
/// <param name="Parts">What every part of the model adds.</param>
/// <param name="FiringCells">Cells that are not silent.</param>
/// <param name="CellsFor">The cells that add most, strongest first.</param>
/// <param name="CellsAgainst">The cells that take away most, strongest first.</param>
/// <param name="Set">The changes of coefficients that all of this is under; left out without any.</param>
/// <param name="StepsBefore">The steps without the changes, for the same answer; left out without any.</param>
/// <param name="Attribution">
/// The cells that do most for or against the answer by way of all later layers, the largest first; left out unless it
/// is asked for.
/// </param>
public sealed record TraceView(
    IReadOnlyList<TokenView> Tokens, int Position, TokenView Answer,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TokenView? Against,
    double Logit, double Explained, float SoftCap, IReadOnlyList<StepView> Steps, PartsView Parts, int FiringCells,
    IReadOnlyList<ContributionView> CellsFor, IReadOnlyList<ContributionView> CellsAgainst,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ChangeView>? Set,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<StepView>? StepsBefore,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<AttributionView>? Attribution)
{
    /// <summary>A trace of a model's prompt.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="model">Its model.</param>
    /// <param name="atlas">The model's atlas, or null: then nothing is said of what fires the cells.</param>
    /// <param name="top">Most cells for the answer, and against it.</param>
    /// <param name="steering">What was changed, and how it was before; null: nothing.</param>
    /// <param name="attribution">What the cells do by way of later layers, or null.</param>
    public static TraceView Of(PromptTrace trace, Model model, AtlasFile? atlas, int top,
        TraceSteering? steering = null, CellAttribution? attribution = null) => new(
        [.. trace.Run.Tokens.Select(token => TokenView.Of(model, token))], trace.Run.Tokens.Count - 1,
        TokenView.Of(model, trace.Answer),
        trace.Against is { } other ? TokenView.Of(model, other) : null, trace.Logit, trace.Explained,
        model.Spec.Head.SoftCap,
        [.. trace.Steps.Select(step => StepView.Of(step, model))], PartsView.Of(trace.Parts), trace.Cells.Count,
        [.. trace.For(top).Select(cell => ContributionView.Of(cell, model, atlas))],
        [.. trace.Opposing(top).Select(cell => ContributionView.Of(cell, model, atlas))],
        steering is null ? null : [.. steering.Effects(trace).Select(ChangeView.Of)],
        steering is null ? null : [.. steering.Before.Steps.Select(step => StepView.Of(step, model))],
        attribution is null
            ? null
            : [.. attribution.Cells.Take(2 * top).Select(cell => new AttributionView(
                cell.Cell.ToString(), cell.Integrated, cell.Gradient,
                trace.Parts.Cells[cell.Cell.Layer][cell.Cell.Index]))]);
}

/// <summary>What one cell does for the answer by way of all later layers, over all tokens of the prompt.</summary>
/// <param name="Cell">The cell; of a gated one the coefficients of both signs count.</param>
/// <param name="Integrated">Coefficient times gradient, integrated while its layer goes from silence to what it
/// is.</param>
/// <param name="Gradient">Coefficient times gradient at the prompt.</param>
/// <param name="Direct">What it adds directly, at the position looked at.</param>
public sealed record AttributionView(string Cell, double Integrated, double Gradient, double Direct);

/// <summary>What the model would answer if the stream were read after one step.</summary>
/// <param name="Layer">The layer; left out for the embedding.</param>
/// <param name="After"><c>embedding</c>, <c>attention</c> or <c>feed_forward</c>.</param>
/// <param name="Top">The best token.</param>
/// <param name="TopLogit">Its logit.</param>
/// <param name="TopProbability">Its probability.</param>
/// <param name="AnswerRank">Rank of the answer, from 1.</param>
/// <param name="AnswerLogit">Its logit.</param>
/// <param name="AnswerProbability">Its probability.</param>
public sealed record StepView(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Layer, string After, TokenView Top,
    float TopLogit,
    double TopProbability, int AnswerRank, float AnswerLogit, double AnswerProbability)
{
    internal static StepView Of(TraceStep step, Model model) => new(
        step.Layer < 0 ? null : step.Layer,
        step.Layer < 0 ? "embedding" : step.AfterFeedForward ? "feed_forward" : "attention",
        TokenView.Of(model, step.Top.Id), step.Top.Logit, step.TopProbability, step.AnswerRank, step.AnswerLogit,
        step.AnswerProbability);
}

/// <summary>What every part of the model adds to the answer; all together are the logit explained.</summary>
/// <param name="Embedding">The token and position embedding.</param>
/// <param name="Attention">Attention, by layer.</param>
/// <param name="Cells">All cells together, by layer.</param>
/// <param name="FeedForwardBias">The feed-forward output bias, by layer.</param>
/// <param name="Constant">The final norm's bias.</param>
public sealed record PartsView(
    double Embedding, IReadOnlyList<double> Attention, IReadOnlyList<double> Cells,
    IReadOnlyList<double> FeedForwardBias, double Constant)
{
    internal static PartsView Of(DirectContributions parts) => new(
        parts.Embedding, parts.Attention, [.. parts.Cells.Select(layer => layer.Sum())], parts.FeedForwardBias,
        parts.Constant);
}

/// <summary>What one cell adds to the answer.</summary>
/// <param name="Cell">The cell, at the pole it fires at.</param>
/// <param name="Contribution">What m·v adds to the answer's logit.</param>
/// <param name="Coefficient">Its memory coefficient m.</param>
/// <param name="Promotes">What its value promotes most.</param>
/// <param name="Triggers">What usually fires it; left out without an atlas.</param>
public sealed record ContributionView(
    string Cell, double Contribution, float Coefficient, IReadOnlyList<TokenView> Promotes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<TriggerView>? Triggers)
{
    private const int MostTriggers = 5, MostTokens = 5;

    internal static ContributionView Of(CellContribution cell, Model model, AtlasFile? atlas) => new(
        cell.Cell.ToString(), cell.Contribution, cell.Coefficient,
        [.. ValueProjection.Promoted(model.Transformer, cell.Cell, MostTokens)
            .Select(token => TokenView.Of(model, token.Id))],
        atlas is null
            ? null
            : [.. atlas.Triggers(cell.Cell).Take(MostTriggers).Select(trigger => TriggerView.Of(atlas, trigger))]);
}

/// <summary>
/// A change of coefficients, and what it did where the trace looks. Contributions are to the same answer.
/// </summary>
/// <param name="Change">The change: <c>L3/387=0</c>, <c>L3/387=x0.5</c>, <c>L3=0</c>.</param>
/// <param name="CoefficientBefore">The cell's coefficient without the changes; null for a layer.</param>
/// <param name="Coefficient">Its coefficient now; null for a layer.</param>
/// <param name="ContributionBefore">What the cell, or all cells of the layer, added without the changes.</param>
/// <param name="Contribution">What they add now.</param>
public sealed record ChangeView(string Change, float? CoefficientBefore, float? Coefficient, double ContributionBefore,
    double Contribution)
{
    internal static ChangeView Of(ChangeEffect effect) => new(
        effect.Change.ToString(), effect.CoefficientBefore, effect.Coefficient, effect.ContributionBefore,
        effect.Contribution);
}
