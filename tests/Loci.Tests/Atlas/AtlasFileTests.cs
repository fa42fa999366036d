using CsCheck;
using Loci.Atlas;
using Loci.Memory.Recall;

namespace Loci.Tests.Atlas;

public class AtlasFileTests
{
    private static readonly Gen<SyntheticAtlas> AnyAtlas = Gen.Select(
        Gen.Int[0, 1000], Gen.Int[0, 3], Gen.Int[0, 9], Gen.Bool, Gen.Int[1, 60], Gen.Int[0, 50],
        (seed, layers, cells, gated, top, sentences) => new SyntheticAtlas(seed, layers, cells, gated, top, sentences));

    [Fact]
    public void What_is_written_is_read() => AnyAtlas.Sample(
        synthetic =>
        {
            using var folder = new TemporaryFolder();
            var source = synthetic.Build();
            AtlasWriter.Write(source, folder["a.atlas"]);
            using var atlas = AtlasFile.Open(folder["a.atlas"]);
            Assert.Equal(source.CellList.Count, atlas.Cells.Count());
            Assert.Equal(source.VocabularyList, atlas.Vocabulary);
            foreach (var (expected, actual) in source.CellList.Zip(atlas.Cells))
            {
                SameContents.Check(expected, actual);
                SameContents.Check(expected, atlas.Cell(new(expected.Layer, expected.Index)));
            }
            var pointed = source.CellList.SelectMany(cell => cell.Positive.Concat(cell.Negative))
                .Select(at => at.Sentence).Distinct().Order();
            Assert.Equal(pointed.Select(synthetic.Sentence), atlas.AllSentences);
            Assert.Equal(synthetic.Manifest.Spec.Layers, atlas.Layers.Count);
            foreach (var layer in atlas.Layers)
            {
                var cells = source.CellList.Where(cell => cell.Layer == layer.Layer).ToArray();
                Assert.Equal((cells.Length, source.Manifest.Prefixes), (layer.Cells, layer.Prefixes));
                Assert.Equal(cells.Count(cell => cell.Statistics.Dead(source.Manifest.Spec.Gated)), layer.Dead);
                Assert.Equal(cells.Count(cell => cell.Value.Raw.Top.Prediction != cell.Value.Folded.Top.Prediction),
                    layer.Disagreeing);
            }
        }, iter: 40, seed: "0000000000001");

    [Fact]
    public void Written_again_or_elsewhere_the_bytes_are_the_same() => AnyAtlas.Sample(
        synthetic =>
        {
            using var folder = new TemporaryFolder();
            string first = folder["a.atlas"], again = folder["b c#%41?.atlas"], copy = folder["ü.atlas"];
            AtlasWriter.Write(synthetic.Build(), first);
            File.WriteAllText(again, "replaced");
            AtlasWriter.Write(synthetic.Build(), again);
            using (var atlas = AtlasFile.Open(again)) AtlasWriter.Write(atlas, copy);
            Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(again));
            Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(copy));
            using (AtlasFile.Open(copy)) { }
            Assert.Equal(3, folder.Names.Length);
        }, iter: 25, seed: "0000000000002");

    [Fact]
    public void A_value_of_nothing_but_zeros_is_read_again()
    {
        // Its z-score is 0 at the top and −0 at the bottom, and SQLite knows no −0.
        using var folder = new TemporaryFolder();
        var built = new SyntheticAtlas(4).Build();
        var zero = new ValueEnd([new(0, 0f)], 0.25f, -0f);
        var source = new SyntheticAtlas.Source
        {
            Manifest = built.Manifest, VocabularyList = built.VocabularyList, SentenceList = built.SentenceList,
            CellList = [
                .. built.CellList.Select(cell => cell with { Value = new(0, new(zero, zero), new(zero, zero)) })],
        };
        AtlasWriter.Write(source, folder["a.atlas"]);
        using var atlas = AtlasFile.Open(folder["a.atlas"]);
        Assert.All(atlas.Cells, cell => Assert.Equal(0, cell.Value.Folded.Bottom.ZScore));
    }

    [Fact]
    public void The_manifest_comes_back_whole()
    {
        using var folder = new TemporaryFolder();
        var synthetic = new SyntheticAtlas(1);
        var manifest = synthetic.Manifest with
        {
            MaxSentences = 40, Part = new(2, 3), InvalidCharacters = 7, Model = "ü/„x“ \\ 🙂", ModelPlace = "../ü m",
            Corpus = [new("text.txt", new('c', 64), 1234, "./text.txt"), new("b.txt", new('d', 64), 1)],
        };
        var source = new SyntheticAtlas.Source
        {
            Manifest = manifest with { Spec = manifest.Spec with { CellsPerLayer = [] } },
            VocabularyList = synthetic.Build().VocabularyList, CellList = [],
            SentenceList = new Dictionary<long, AtlasSentence>(),
        };
        AtlasWriter.Write(source, folder["a.atlas"]);
        using var atlas = AtlasFile.Open(folder["a.atlas"]);
        Assert.Equivalent(source.Manifest, atlas.Manifest, strict: true);
        Assert.Equal(Path.GetFullPath(Path.Combine(folder.Path, "..", "ü m")), atlas.ModelPlace);
        Assert.Null(atlas.CorpusPlaces); // of one file it is not known
    }

    [Fact]
    public void Room_is_kept_for_experts_and_what_cannot_be_read_yet_is_refused()
    {
        using var folder = new TemporaryFolder();
        var source = new SyntheticAtlas(1, layers: 2, cells: 6).Build();
        Write("experts", source.Manifest with { Spec = source.Manifest.Spec with { ExpertsPerLayer = [3, 1] } });
        using (var experts = AtlasFile.Open(folder["experts"]))
        {
            Assert.Equal([3, 1], experts.Manifest.Spec.ExpertsPerLayer);
            SameContents.Check(source.CellList[5], experts.Cell(new(0, 5))); // the last of the third expert
        }
        Write("encoder", source.Manifest with { Attention = "both" });
        Assert.Contains("newer Loci",
            Assert.Throws<UnsupportedException>(() => AtlasFile.Open(folder["encoder"])).Message);

        void Write(string name, AtlasManifest manifest) => AtlasWriter.Write(
            new SyntheticAtlas.Source
            {
                Manifest = manifest, VocabularyList = source.VocabularyList, CellList = source.CellList, SentenceList =
                    source.SentenceList,
            }, folder[name]);
    }

    [Theory]
    [InlineData("format-1", true)]
    [InlineData("format-1-plain", false)]
    public void An_atlas_of_format_1_is_read_and_searched_as_before(string name, bool gated)
    {
        using var folder = new TemporaryFolder();
        string old = Format1(folder, name);
        var source = new SyntheticAtlas(5, gated: gated).Build();
        using var atlas = AtlasFile.Open(old);
        foreach (var (expected, actual) in source.CellList.Zip(atlas.Cells)) SameContents.Check(expected, actual);
        Assert.Equal(source.VocabularyList, atlas.Vocabulary);
        Assert.NotEmpty(atlas.AllCellAgreement);
        Assert.NotEmpty(atlas.AllSentences);
        // Written again it is the atlas of today, which gives the same answers.
        AtlasWriter.Write(atlas, folder["again"]);
        AtlasWriter.Write(source, folder["today"]);
        Assert.Equal(File.ReadAllBytes(folder["today"]), File.ReadAllBytes(folder["again"]));
        using var today = AtlasFile.Open(folder["today"]);
        Assert.Equal(1, atlas.Manifest.Format);
        Assert.Equal(2, today.Manifest.Format);
        foreach (string text in (string[])["the", "princess", "e", "s", " a", "Ж", ".", "zzz"])
            foreach (int limit in (int[])[1, 3, 1000])
                Assert.Equal(Found(atlas, text, limit), Found(today, text, limit));

        static string Found(AtlasFile atlas, string text, int limit)
        {
            var found = new System.Text.StringBuilder();
            FlipSweep.Append(found, atlas.Search(text, limit));
            return found.ToString();
        }
    }

    [Fact]
    public void What_is_asked_of_an_atlas_after_its_disposal_is_refused()
    {
        using var folder = new TemporaryFolder();
        AtlasWriter.Write(new SyntheticAtlas(1).Build(), folder["a.atlas"]);
        var atlas = AtlasFile.Open(folder["a.atlas"]);
        atlas.Dispose();
        atlas.Dispose();
        Assert.Throws<ObjectDisposedException>(() => atlas.Cell(new(0, 0)));
        Assert.Throws<ObjectDisposedException>(() => atlas.Agreement(new(0, 0)));
        Assert.Throws<ObjectDisposedException>(() => atlas.Agreement());
        Assert.Throws<ObjectDisposedException>(() => atlas.Sentence(0));
        Assert.Throws<ObjectDisposedException>(() => atlas.Token(0));
        Assert.Throws<ObjectDisposedException>(() => atlas.Cells.Count());
        Assert.Throws<ObjectDisposedException>(() => atlas.AllSentences.Count());
        Assert.Throws<ObjectDisposedException>(() => atlas.Vocabulary.Count());
        Assert.Throws<ObjectDisposedException>(() => atlas.Search("the"));
    }

    internal static string Format1(TemporaryFolder folder, string name)
    {
        using var packed = new System.IO.Compression.GZipStream(
            File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Atlas", "Files",
                $"{name}.atlas.gz")), System.IO.Compression.CompressionMode.Decompress);
        using var file = File.Create(folder[name]);
        packed.CopyTo(file);
        return folder[name];
    }

    [Fact]
    public void Cells_that_do_not_exist_are_named()
    {
        using var folder = new TemporaryFolder();
        AtlasWriter.Write(new SyntheticAtlas(1, gated: false).Build(), folder["a.atlas"]);
        using var atlas = AtlasFile.Open(folder["a.atlas"]);
        Assert.Contains("layers 0 to 1", Assert.Throws<LociException>(() => atlas.Cell(new(2, 0))).Message);
        Assert.Contains("cells 0 to 6", Assert.Throws<LociException>(() => atlas.Cell(new(0, 7))).Message);
        Assert.Contains("gated", Assert.Throws<LociException>(() => atlas.Agreement(new(0, 0, Pole.Negative))).Message);
        Assert.Throws<LociException>(() => atlas.Sentence(long.MaxValue));
        Assert.Throws<LociException>(() => atlas.Token(-1));
    }

    [Fact]
    public void Many_threads_read_one_atlas()
    {
        using var folder = new TemporaryFolder();
        var source = new SyntheticAtlas(4).Build();
        AtlasWriter.Write(source, folder["a.atlas"]);
        using var atlas = AtlasFile.Open(folder["a.atlas"]);
        Parallel.For(0, 8, worker =>
        {
            using var own = AtlasFile.Open(folder["a.atlas"]);
            foreach (var cell in source.CellList)
            {
                SameContents.Check(cell, atlas.Cell(new(cell.Layer, cell.Index)));
                SameContents.Check(cell, own.Cell(new(cell.Layer, cell.Index)));
                foreach (var trigger in cell.Positive)
                    Assert.Equal(source.SentenceList[trigger.Sentence], atlas.Sentence(trigger));
            }
            Assert.Equal(source.CellList.Count, atlas.Cells.Count());
            Assert.NotEmpty(atlas.Search("the").Triggers);
        });
    }

    [Fact]
    public void An_open_atlas_can_be_replaced()
    {
        using var folder = new TemporaryFolder();
        AtlasWriter.Write(new SyntheticAtlas(1).Build(), folder["a.atlas"]);
        using var atlas = AtlasFile.Open(folder["a.atlas"]);
        var before = atlas.Cell(new(0, 1));
        AtlasWriter.Write(new SyntheticAtlas(2).Build(), folder["a.atlas"]);
        SameContents.Check(before, atlas.Cell(new(0, 1)));
    }
}
