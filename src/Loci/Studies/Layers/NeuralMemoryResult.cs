using System.Text.Json.Serialization;
using Loci.Studies.Statistics;

namespace Loci.Studies.Layers;

/// <summary>What <see cref="NeuralMemory"/> measured.</summary>
/// <param name="Prefixes">Prefixes sampled, all with a next token.</param>
/// <param name="Loss">Nats per next token of the model as it is.</param>
/// <param name="Coefficients">By layer, at the layer's own inputs. [layers]</param>
/// <param name="Effects">By replacement, then layer, all layers at once last. [replacements · (layers + 1)]</param>
public sealed record NeuralMemoryResult(
    int Prefixes, Estimate Loss, IReadOnlyList<SoftmaxCoefficients> Coefficients, IReadOnlyList<SoftmaxEffect> Effects);

/// <summary>What a layer's coefficients are put in place of.</summary>
public enum SoftmaxReplacement
{
    /// <summary>softmax(a): equation 2 as it stands; the coefficients of a layer sum to 1.</summary>
    Softmax,

    /// <summary>
    /// s·softmax(a), with s at every position such that ‖m·V‖ is what it was: only the direction changes.
    /// </summary>
    NormMatched,

    /// <summary>
    /// Nothing, all coefficients zero: the control that says how much of the harm is the layer's absence.
    /// </summary>
    Nothing,
}

/// <summary>
/// How wide a layer's memories are read, with f and with the softmax, at the same inputs. A cell's weight is |m|·‖v‖,
/// which does not depend on how the softmax is scaled. Means over prefixes.
/// </summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Entropy">Entropy in nats of the weights, as shares of their sum, under f; 0 where no cell is
/// active.</param>
/// <param name="SoftmaxEntropy">The same under the softmax.</param>
/// <param name="EntropyChange">Softmax minus f, paired by prefix.</param>
/// <param name="Effective">e^entropy, the effective number of active cells, under f; 0 where no cell is active.</param>
/// <param name="SoftmaxEffective">The same under the softmax.</param>
/// <param name="Active">Fewest cells that carry 90 % of the weight, under f.</param>
/// <param name="SoftmaxActive">The same under the softmax.</param>
/// <param name="ActiveChange">Softmax minus f, paired by prefix.</param>
/// <param name="Shared">Share of the cells active under f (90 % of the weight) that are so under the softmax; over
/// prefixes with any.</param>
/// <param name="NormRatio">‖softmax(a)·V‖/‖m·V‖, the scale that <see cref="SoftmaxReplacement.NormMatched"/> undoes;
/// over prefixes with ‖m·V‖ &gt; 0.</param>
public sealed record SoftmaxCoefficients(
    int Layer,
    Estimate Entropy, Estimate SoftmaxEntropy, Estimate EntropyChange,
    Estimate Effective, Estimate SoftmaxEffective,
    Estimate Active, Estimate SoftmaxActive, Estimate ActiveChange,
    Estimate Shared, Quartiles NormRatio);

/// <summary>
/// What becomes of the model's output when one layer, or all, is read with a softmax at every position.
/// </summary>
/// <param name="Replacement">What the coefficients become.</param>
/// <param name="Layer">The layer, from 0; null: all of them.</param>
/// <param name="Changed">Share of prefixes whose prediction changes.</param>
/// <param name="Loss">Nats per next token.</param>
/// <param name="LossChange">Replaced minus original, paired by prefix.</param>
public sealed record SoftmaxEffect(SoftmaxReplacement Replacement, int? Layer, Estimate Changed, Estimate Loss,
    Estimate LossChange);

/// <summary>How the result is written and read, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true,
    Converters = [typeof(CellIdJson), typeof(FiniteJson)])]
[JsonSerializable(typeof(NeuralMemoryResult))]
internal sealed partial class NeuralMemoryJson : JsonSerializerContext;
