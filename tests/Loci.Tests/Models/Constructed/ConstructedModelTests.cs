using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Models;
using Loci.Models.Constructed;
using Loci.Models.Generation;
using Loci.Text;
using Loci.Tracing;

namespace Loci.Tests.Models.Constructed;

/// <summary>The constructed model does what it was built to do, and an atlas of it says so.</summary>
public sealed class ConstructedModelTests : IDisposable
{
    private const int Sentences = 400;
    private const int Seed = 11;

    /// <summary>The RMS norm is that of the four ones to 1e-3, because what is written late is faint.</summary>
    private const double Tolerance = 1e-2;

    private static readonly ConstructedModel s_built = ConstructedModel.Instance;
    private static readonly Model s_model = Model.Open(Model.ConstructedName);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Cells_fire_exactly_where_they_were_built_to()
    {
        var spec = s_model.Spec;
        var fired = new HashSet<CellId>();
        foreach (int[] ids in Texts())
        {
            var pass = new Recording([new(TapPoint.Coefficients, 0), new(TapPoint.Coefficients, 1)]);
            pass.Run(s_model.Transformer, Batch.Of(ids));
            foreach (var cell in s_built.Cells)
            {
                float[] coefficients = pass[TapPoint.Coefficients, cell.Cell.Layer]; // [tokens, cells]
                for (int p = 1; p < ids.Length; p++)
                {
                    double expected = cell.Coefficient(ids.AsSpan(1, p));
                    double actual = coefficients[p * spec.Blocks[0].Cells.Count + cell.Cell.Index];
                    Assert.True(
                        Math.Abs(actual - expected) <= Tolerance * expected,
                        $"{cell.Cell} {cell.Describe(s_built.Tokenizer)}: {actual}, built for {expected}, after "
                            + $"«{s_built.Tokenizer.Decode(ids.AsSpan(1, p))}»");
                    if (actual > 0) fired.Add(cell.Cell);
                }
            }
        }
        Assert.Equal(
            s_built.Cells.Where(cell => cell.Kind != PatternKind.Dead).Select(cell => cell.Cell),
            s_built.Cells.Select(c => c.Cell).Where(fired.Contains));
    }

    [Fact]
    public void An_atlas_of_it_tells_what_was_built()
    {
        using var atlas = Build();
        foreach (var built in s_built.Cells)
        {
            var cell = atlas.Cell(built.Cell);
            foreach (var readout in Enum.GetValues<Readout>())
                Assert.Equal(built.Promotes, cell.Value.At(readout).Top.Prediction);
            Assert.Equal(built.Kind == PatternKind.Dead, cell.Statistics.Dead(gated: false));
            Assert.Equal(built.Kind == PatternKind.Dead, cell.Triggers(Memory.Recall.Pole.Positive).Count == 0);
            foreach (var trigger in cell.Triggers(Memory.Recall.Pole.Positive))
            {
                var sentence = atlas.Sentence(trigger);
                Assert.True(built.Coefficient([.. sentence.Tokens.Take(trigger.Position + 1)]) > 0);
            }
        }
        Assert.Equal(s_built.Cells.Count(c => c.Cell.Layer == 0 && c.Kind == PatternKind.Dead), atlas.Layers[0].Dead);
        Assert.Equal(s_built.Cells.Count(c => c.Cell.Layer == 1 && c.Kind == PatternKind.Dead), atlas.Layers[1].Dead);
    }

    /// <summary>
    /// The share that agrees, computed from the strongest trigger of the atlas and the definition of the cell alone.
    /// </summary>
    [Fact]
    public void Agreement_is_what_the_definition_says()
    {
        using var atlas = Build();
        foreach (var layer in atlas.Agreement())
        {
            var living = s_built.Cells.Where(cell => cell.Cell.Layer == layer.Layer && cell.Kind != PatternKind.Dead)
                .ToArray();
            int next = 0, compared = 0, copy = 0;
            foreach (var cell in living)
            {
                var trigger = atlas.Triggers(cell.Cell)[0];
                var tokens = atlas.Sentence(trigger).Tokens;
                if (tokens[trigger.Position] == cell.Promotes) copy++;
                if (trigger.Position + 1 == tokens.Count) continue;
                compared++;
                if (tokens[trigger.Position + 1] == cell.Promotes) next++;
            }
            Assert.Equal((next, compared), (layer.Next.Agreeing, layer.Next.Cells));
            Assert.Equal((copy, living.Length), (layer.Copy.Agreeing, layer.Copy.Cells));
        }

        // What the language guarantees, whatever the sentences: phrases go on as built, noun cells repeat the noun.
        foreach (var cell in s_built.Cells.Where(cell => cell.Kind == PatternKind.Suffix))
        {
            bool repeats = cell.Pattern is [var only] && only == cell.Promotes;
            Assert.All(atlas.Agreement(cell.Cell), agreement => Assert.Equal(repeats, agreement.Copy));
            if (cell.Pattern.Count == 3)
                Assert.All(atlas.Agreement(cell.Cell), agreement => Assert.True(agreement.Next));
            if (repeats) Assert.All(atlas.Agreement(cell.Cell), agreement => Assert.NotEqual(true, agreement.Next));
        }
    }

    [Theory]
    [InlineData("once upon a", "time")]
    [InlineData("the ship sailed as soon as", "possible")]
    [InlineData("once upon a time ,", "the")]
    [InlineData("more or", "less")]
    public void Generation_goes_on_as_the_phrases_do(string prompt, string next)
    {
        var ids = s_model.Encode(prompt);
        int made = Generator.Generate(s_model.Transformer, ids, Sampler.Greedy, 1, []).Single();
        Assert.Equal(next, s_built.Tokenizer.Piece(made).Trim());
    }

    [Fact]
    public void The_language_is_the_same_for_a_seed_and_within_the_vocabulary_and_context()
    {
        Assert.Equal(ConstructedLanguage.Sentences(3).Take(50), ConstructedLanguage.Sentences(3).Take(50));
        Assert.NotEqual(ConstructedLanguage.Sentences(3).Take(50), ConstructedLanguage.Sentences(4).Take(50));
        Assert.All(ConstructedLanguage.Sentences(3).Take(2_000), sentence =>
        {
            string[] words = sentence.Split(' ');
            Assert.All(words, word => Assert.Contains(word, ConstructedLanguage.Vocabulary));
            Assert.True(words.Length < s_model.Spec.Context);
        });
    }

    private static IEnumerable<int[]> Texts() =>
        ConstructedLanguage.Sentences(Seed).Take(Sentences).Select(text => s_model.Encode(text).ToArray());

    private AtlasFile Build()
    {
        File.WriteAllLines(_folder["corpus.txt"], ConstructedLanguage.Sentences(Seed).Take(Sentences));
        new AtlasBuilder(
            s_model, Corpus.Open([_folder["corpus.txt"]]), new AtlasOptions { Top = 10 },
            new BuildSettings { Threads = 2 })
            .Build(_folder["a.atlas"]);
        return AtlasFile.Open(_folder["a.atlas"]);
    }
}
