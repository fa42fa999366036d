using CsCheck;
using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Tests.Models;
using Loci.Text;

namespace Loci.Tests.Atlas.Building;

/// <summary>Ranges observed apart give the file that one build gives.</summary>
public class RangeTests
{
    [Fact]
    public void Ranges_in_any_order_give_the_bytes_of_one_build() => Gen.Int[0, 1_000_000].Sample(seed =>
    {
        using var folder = new TemporaryFolder();
        var random = new Random(seed);
        var model = RandomModel.Create(seed);
        File.WriteAllLines(folder["text.txt"], RandomModel.Sentences(seed, random.Next(1, 700)));
        var corpus = Corpus.Open([folder["text.txt"]]);
        var options = new AtlasOptions
        {
            Top = 7, ValueTokens = 4, Unit = SentenceUnit.Line,
            MaxSentences = random.Next(3) == 0 ? random.Next(1, 500) : null,
        };
        new AtlasBuilder(model, corpus, options, new BuildSettings { Threads = 2 }).Build(folder["one.atlas"]);

        var index = SentenceIndexer.Index(corpus, options.Unit, options.MaxSentences, folder.Path);
        SourceFile[] files = [.. index.Files.Select(file =>
            new SourceFile(Path.GetFileName(file.Path), file.Sha256, file.Length, file.Path))];
        var assembly = new AtlasAssembly(model, options, index.Reading, files, null);
        var ranges = new List<BlockRange>();
        for (int first = 0; first < index.Blocks.Count; first = ranges[^1].End)
            ranges.Add(new(first, Math.Min(index.Blocks.Count, first + random.Next(1, 4))));
        BlockRange[] shuffled = [.. ranges];
        random.Shuffle(shuffled);

        foreach (var range in shuffled)
        {
            // Whatever the batches, a range has one file.
            string[] hashes = [.. new[] { 512, random.Next(1, 40) }.Select(batch =>
            {
                var state = new RangeObserver(model, index, options.Top, batch).Observe(range, null, default);
                PartialFile.Write(folder[$"{range.First}"], assembly.Identity, [range], state);
                return PartialFile.Hash(folder[$"{range.First}"]);
            })];
            Assert.Equal(hashes[0], hashes[1]);
        }

        var all = new BuildState(model.Spec, options.Top);
        random.Shuffle(shuffled);
        foreach (var range in shuffled)
            all.Merge(PartialFile.Read(folder[$"{range.First}"], assembly.Identity, [range], model.Spec, options.Top));
        assembly.Write(
            all, index.Replaced, new RangeObserver(model, index, options.Top, 512).Read,
            new ValueReader(model.Transformer, options.ValueTokens, new(2)), folder["ranges.atlas"], (_, _) => { },
            default);
        Assert.Equal(File.ReadAllBytes(folder["one.atlas"]), File.ReadAllBytes(folder["ranges.atlas"]));
    }, iter: 12);

    [Fact]
    public void A_partial_of_another_build_or_range_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var model = RandomModel.Create(1);
        var state = new BuildState(model.Spec, 3);
        PartialFile.Write(folder["p"], "version 1\nmodel a\n", [new(0, 2)], state);
        Read("version 1\nmodel a\n", new(0, 2));
        Assert.Contains("«model a»", Refusal("version 1\nmodel b\n", new(0, 2)), StringComparison.Ordinal);
        Assert.Contains("blocks 0 to 1", Refusal("version 1\nmodel a\n", new(2, 4)), StringComparison.Ordinal);
        byte[] bytes = File.ReadAllBytes(folder["p"]);
        bytes[^50] ^= 1;
        File.WriteAllBytes(folder["p"], bytes);
        Assert.Contains("damaged", Refusal("version 1\nmodel a\n", new(0, 2)), StringComparison.Ordinal);

        void Read(string identity, BlockRange range) =>
            PartialFile.Read(folder["p"], identity, [range], model.Spec, 3);
        string Refusal(string identity, BlockRange range) =>
            Assert.Throws<InvalidFileException>(() => Read(identity, range)).Message;
    }
}
