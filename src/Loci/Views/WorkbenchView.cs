using System.Text.Json.Serialization;
using Loci.Models;
using Loci.Models.Blocks;

namespace Loci.Views;

/// <summary>What a workbench has open.</summary>
/// <param name="Version">Of Loci.</param>
/// <param name="Model">The model; null: an atlas alone is open.</param>
/// <param name="Atlas">The atlas, or how far it is.</param>
/// <param name="Beside">An atlas to compare it with.</param>
/// <param name="Prompt">A prompt to begin with.</param>
/// <param name="Running">Runs of the model going on.</param>
/// <param name="Waiting">Runs that wait for their turn.</param>
/// <param name="Warnings">What a person should know of what is open, each a sentence.</param>
public sealed record WorkbenchView(
    string Version, OpenModelView? Model, OpenAtlasView Atlas, OpenAtlasView Beside, string Prompt, int Running,
    int Waiting, IReadOnlyList<string> Warnings);

/// <summary>An open model.</summary>
/// <param name="Name">What it was opened as.</param>
/// <param name="Place">How a command line names it.</param>
/// <param name="Family">The architecture family.</param>
/// <param name="Identity">SHA-256 over weights and config.</param>
/// <param name="Width">Length of the residual stream's vectors.</param>
/// <param name="Vocabulary">Number of token ids.</param>
/// <param name="MostTokens">Most tokens of a text; null where nothing bounds it.</param>
/// <param name="Gated">Every cell has two poles.</param>
/// <param name="Text">It has a tokenizer, so that prompts are texts.</param>
/// <param name="Layers">Every layer, from 0.</param>
public sealed record OpenModelView(
    string Name, string Place, string Family, string Identity, int Width, int Vocabulary, int? MostTokens, bool Gated,
    bool Text, IReadOnlyList<OpenLayerView> Layers)
{
    /// <summary>A model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="place">How a command line names it.</param>
    public static OpenModelView Of(Model model, string place) => new(
        model.Name, place, model.Spec.Family, model.Identity, model.Spec.Width, model.Spec.Vocabulary,
        model.Transformer.MostTokens, model.Spec.HasGatedCells, model.Tokenizer is not null,
        [.. model.Spec.Blocks.Select(OpenLayerView.Of)]);
}

/// <summary>A layer of an open model.</summary>
/// <param name="Cells">Its cells.</param>
/// <param name="Heads">Its heads.</param>
/// <param name="FastWeights">
/// The memory of the context is a matrix a head that the tokens write to; else it is a list of all tokens.
/// </param>
public sealed record OpenLayerView(int Cells, int Heads, bool FastWeights)
{
    internal static OpenLayerView Of(BlockSpec block) => new(
        block.Cells.Count,
        block.Mixer is SoftmaxSpec softmax ? softmax.Heads : ((FastWeightSpec)block.Mixer).Heads,
        block.Mixer is FastWeightSpec);
}

/// <summary>An open atlas, or one that is being built.</summary>
/// <param name="State"><c>none</c>, <c>building</c>, <c>ready</c> or <c>failed</c>.</param>
/// <param name="File">The file; left out where there is none.</param>
/// <param name="Hash">Changes when the atlas does; left out until it is ready.</param>
/// <param name="Problem">Why it failed; left out else.</param>
/// <param name="Progress">How far the build is; left out where nothing is built.</param>
public sealed record OpenAtlasView(
    string State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? File = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Hash = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Problem = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] AtlasProgressView? Progress = null);

/// <summary>How far a build is.</summary>
/// <param name="Stage"><c>reading</c> the corpus, or <c>storing</c> cells.</param>
/// <param name="Share">Share of it that is done, 0 to 1.</param>
/// <param name="SecondsLeft">Expected time to the end; null while not known.</param>
public sealed record AtlasProgressView(string Stage, double Share, double? SecondsLeft);

/// <summary>What went wrong with a request.</summary>
/// <param name="Error">What was wrong, where, and what to do.</param>
public sealed record ErrorView(string Error);
