using Loci.BuiltIn;
using Loci.Models;
using Loci.Models.Blocks;
using Loci.Studies.Language;
using Loci.Worlds;

namespace Loci.Tests.Models;

/// <summary>The trained models inside the program know what they were trained to know.</summary>
public class BuiltInModelsTests
{
    private const int Sampled = 400;

    public static TheoryData<string> Trained => [.. BuiltInModels.Names.Where(name => name != Model.ConstructedName)];

    public static TheoryData<string> OfTheWorld =>
        [.. BuiltInModels.Names.Where(name => name is not Model.ConstructedName and not BuiltInModels.Documentation)];

    /// <summary>
    /// 95 % of the facts in wordings of the training text; in others 80 %, and 60 % with fast-weight
    /// attention. A share of 400 questions has a standard deviation of at most 1.1 and 2.5 points there;
    /// the whole quiz is «loci world quiz».
    /// </summary>
    [Theory, Long]
    [MemberData(nameof(OfTheWorld))]
    public void Knows_its_world(string name)
    {
        var model = BuiltInModels.Open(name);
        double heldOut = model.Spec.Blocks.All(block => block.Mixer is SoftmaxSpec) ? 0.80 : 0.60;
        Assert.True(
            Share(model, TemplateUse.Training) >= 0.95,
            $"{Share(model, TemplateUse.Training):p1} of the trained wordings");
        Assert.True(
            Share(model, TemplateUse.HeldOut) >= heldOut,
            $"{Share(model, TemplateUse.HeldOut):p1} of the held-out wordings");
    }

    [Theory]
    [MemberData(nameof(Trained))]
    public void Is_the_same_every_time(string name)
    {
        var model = BuiltInModels.Open(name);
        Assert.Equal(name, model.Name);
        Assert.Equal(64, model.Hash.Length);
        Assert.Equal(model.Identity, BuiltInModels.Open(name).Identity);
        Assert.NotEmpty(model.TokenizerHash);
        Assert.NotNull(model.BeginOfSequence);
    }

    [Fact]
    public void Names_lead_to_different_models() =>
        Assert.Equal(
            BuiltInModels.Names.Count,
            BuiltInModels.Names.Select(name => BuiltInModels.Open(name).Identity).Distinct().Count());

    /// <summary>In the words of documentation: far from 12 bits a token, its vocabulary's.</summary>
    [Fact]
    public void The_model_of_the_documentation_knows_how_documentation_goes_on()
    {
        var model = BuiltInModels.Open(BuiltInModels.Documentation);
        Assert.Equal(4096, model.Spec.Vocabulary);
        string[] lines = ["Gets a value that indicates whether the stream supports reading.",
            "The exception that is thrown when one of the arguments is not valid."];
        Assert.InRange(TextBits.Of(model, lines) / lines.Sum(line => line.Length), 0.2, 2);
        // The same letters in another order are no documentation.
        string[] mixed = [.. lines.Select(line => string.Concat(line.Reverse()))];
        Assert.True(TextBits.Of(model, mixed) > 3 * TextBits.Of(model, lines));
    }

    private static double Share(Model model, TemplateUse use)
    {
        var questions = World.Create(1).Questions(use).ToArray();
        new Random(1).Shuffle(questions);
        return FactQuiz.Ask(model, questions.Take(Sampled), new(2)).Count(reply => reply.Right) / (double)Sampled;
    }
}
