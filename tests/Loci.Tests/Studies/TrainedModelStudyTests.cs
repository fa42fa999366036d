using Loci.Models;
using Loci.Studies.Layers;
using Loci.Studies.Values;

namespace Loci.Tests.Studies;

/// <summary>What must hold of any trained model, on a small one.</summary>
public class TrainedModelStudyTests
{
    [Fact, Long]
    public void Stories260K_refines_its_answer_and_needs_its_cells()
    {
        string model = SharedData.Require("stories260K"), text = SharedData.Require("tinystories", "tinystories.txt");
        string[] lines = [.. File.ReadLines(text).Where(line => line.Length is > 20 and < 300).Take(150)];
        using var study = new StudyCase(Model.Open(model), lines);

        var folded = Refinement.Run(study.Source, 400, 10, new()).Layers.Where(layer => layer.Readout == Readout.Folded)
            .ToArray();
        Assert.True(folded[^1].Holds.Low > folded[0].Holds.High);
        Assert.True(folded[^1].Holds.Low > 5 * folded[^1].Chance);

        var memory = NeuralMemory.Run(study.Source, 400, new());
        Assert.InRange(memory.Loss.Value, 0.5, Math.Log(study.Model.Spec.Vocabulary) - 2);
        Assert.All(memory.Effects, effect => Assert.True(effect.LossChange.Low > 0));

        var last = ValueAgreement.Run(
            study.Source, 20, [], new()).Layers.Last(layer => layer.Readout == Readout.Folded);
        Assert.True(last.Nulls.Next.P < 1e-3);
        Assert.True(last.Rank.Reciprocal.Low > last.ShuffledRank.Reciprocal.Value);
    }
}
