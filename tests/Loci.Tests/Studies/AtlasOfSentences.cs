using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Memory.Recall;
using Loci.Models;
using Loci.Models.Constructed;
using Loci.Studies;
using Loci.Tests.Models;
using Loci.Text;
using Loci.Tracing;

namespace Loci.Tests.Studies;

/// <summary>A model, its atlas over some sentences, and the sentences: what studies read.</summary>
internal sealed class AtlasOfSentences : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public AtlasOfSentences(Model model, IEnumerable<string> sentences, int top = 50)
    {
        File.WriteAllLines(_folder["corpus.txt"], sentences);
        var corpus = Corpus.Open([_folder["corpus.txt"]]);
        new AtlasBuilder(model, corpus, new() { Top = top, Unit = SentenceUnit.Line }, new() { Threads = 1 })
            .Build(_folder["a.atlas"]);
        Source = StudySource.Open(model, AtlasFile.Open(_folder["a.atlas"]), corpus, new());
    }

    public StudySource Source { get; }

    public static AtlasOfSentences Constructed(int sentences = 3000) =>
        new(Model.Open(Model.ConstructedName), ConstructedLanguage.Sentences(1).Take(sentences));

    public static AtlasOfSentences Random(int seed) =>
        new(RandomModel.Create(seed), RandomModel.Sentences(seed, 60), top: 9);

    /// <summary>A cell's coefficient at the last token of a sequence that is run alone.</summary>
    public static float Alone(Model model, ReadOnlySpan<int> tokens, CellId cell)
    {
        var pass = new Recording([new(TapPoint.Coefficients, cell.Layer)]);
        pass.Run(
            model.Transformer,
            Batch.Of([.. model.BeginOfSequence is { } begin ? [begin] : Array.Empty<int>(), .. tokens]));
        return pass[TapPoint.Coefficients, cell.Layer][^(model.Spec.Blocks[0].Cells.Count - cell.Index)];
    }

    /// <summary>Every trigger of every cell and pole, as the atlas lists them.</summary>
    public IEnumerable<(CellId Cell, Trigger Trigger)> Triggers() =>
        from cell in Source.Atlas.Cells
        from pole in (Pole[])[Pole.Positive, Pole.Negative]
        from trigger in cell.Triggers(pole)
        select (new CellId(cell.Layer, cell.Index, pole), trigger);

    public void Dispose()
    {
        Source.Atlas.Dispose();
        _folder.Dispose();
    }
}
