using Loci.Models;
using Loci.Models.Weights;

namespace Loci.Editing;

/// <summary>A model as its base and a journal of edits: the base's own weights are never touched.</summary>
public static class EditedModel
{
    /// <summary>The model that a journal describes; weights that no edit touches are shared with the base.</summary>
    /// <param name="baseModel">The journal's base.</param>
    /// <param name="journal">The edits.</param>
    /// <param name="name">What to call it; «BASE@journal» where this is null.</param>
    /// <exception cref="LociException">Another model's journal, or a change that does not fit.</exception>
    public static Model Open(Model baseModel, EditJournal journal, string? name = null)
    {
        journal.Require(baseModel);
        return Apply(baseModel, [.. journal.Active.SelectMany(entry => entry.Changes)],
            name ?? $"{baseModel.Name}@journal");
    }

    /// <summary>The base with changes added: each tensor summed in float64, in their order, and rounded once.</summary>
    /// <exception cref="LociException">A change does not fit the model.</exception>
    internal static Model Apply(Model baseModel, IReadOnlyList<TensorChange> changes, string name)
    {
        var transformer = Apply(baseModel.Transformer, changes);
        return baseModel.With(transformer, name, changes.Count == 0 ? baseModel.Hash : null);
    }

    /// <summary>The same for the network alone.</summary>
    internal static Transformer Apply(Transformer transformer, IReadOnlyList<TensorChange> changes)
    {
        var byTensor = changes.ToLookup(change => change.Tensor);
        var slots = transformer.Tensors.ToDictionary(tensor => tensor.Name);
        foreach (var change in changes)
        {
            if (!slots.TryGetValue(change.Tensor, out var slot))
                throw new LociException($"The model has no tensor «{change.Tensor}», which an edit changes.");
            try
            {
                change.Check(slot);
            }
            catch (ArgumentException e)
            {
                throw new LociException($"An edit does not fit the model: {e.Message}.", e);
            }
        }
        return transformer.With(tensor => byTensor.Contains(tensor.Name)
            ? Sum(transformer.Read(tensor), byTensor[tensor.Name], tensor)
            : null);
    }

    private static float[] Sum(float[] numbers, IEnumerable<TensorChange> changes, TensorSlot tensor)
    {
        double[] sum = Vectors.Widen(numbers);
        foreach (var change in changes) change.AddTo(sum);
        for (int i = 0; i < sum.Length; i++)
        {
            numbers[i] = (float)sum[i];
            if (!float.IsFinite(numbers[i]))
                throw new LociException($"The edits make number {i} of {tensor} {numbers[i]}: they cannot be summed.");
        }
        return numbers;
    }
}
