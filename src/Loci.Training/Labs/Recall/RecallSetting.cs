using Loci.Models;

namespace Loci.Training.Labs.Recall;

/// <summary>A recall task and the network it is put to.</summary>
/// <param name="Task">overwrite or mqar.</param>
/// <param name="Vocabulary">Tokens.</param>
/// <param name="Pairs">Keys of a text that are asked for.</param>
/// <param name="Length">Tokens of a text.</param>
/// <param name="Layers">Of models with memories.</param>
internal sealed record RecallSetting(string Task, int Vocabulary, int Pairs, int Length, int Layers)
{
    public static RecallSetting Overwrite { get; } =
        new("overwrite", OverwriteTask.Vocabulary, OverwriteTask.Asked, OverwriteTask.Length, Layers: 1);

    public static RecallSetting Mqar(int vocabulary, int pairs, int length) =>
        new("mqar", vocabulary, pairs, length, Layers: 2);

    /// <summary>What figures and tables are headed with.</summary>
    public string Title => Task == "mqar"
        ? $"MQAR: {Pairs} pairs, L = {Length}, vocabulary {Vocabulary}, {Layers} layers"
        : $"Overwrite recall: {Pairs} keys written 3 times, L = {Length}, {Layers} layer, softmax "
        + $"{LayersOf(MqarModels.Softmax)}";

    /// <summary>The texts of a seed.</summary>
    public IRecallTask Texts(int seed) =>
        Task == "mqar" ? new MqarTask(Vocabulary, Pairs, Length, seed) : new OverwriteTask(seed);

    /// <summary>The network of a model.</summary>
    public ModelSpec Spec(string model) => MqarModels.Create(model, LayersOf(model), Vocabulary, Length);

    // That a value belongs to the key before it is seen by a convolution, or else takes a layer of its own.
    private int LayersOf(string model) => model == MqarModels.Softmax ? Math.Max(2, Layers) : Layers;
}
