using Loci.Atlas;
using Loci.Memory.Recall;

namespace Loci.Tests.Atlas;

public class AtlasWriterTests
{
    [Fact]
    public void A_full_disk_is_reported_and_leaves_what_was_there()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.atlas"], "before");
        var source = new SyntheticAtlas(1, cells: 80, top: 50, sentences: 1000).Build();
        AtlasWriter.Write(source, folder["whole"]);
        int all = (int)(new FileInfo(folder["whole"]).Length / 8192);
        File.Delete(folder["whole"]);
        foreach (int pages in (int[])[1, all / 2, all * 3 / 4, all - 1])
        {
            var error = Assert.Throws<LociException>(
                () => AtlasWriter.Write(source, folder["a.atlas"], pages, default));
            Assert.True(error.Message.Contains("full"), $"{pages}: {error.Message}");
            Assert.Equal("before", File.ReadAllText(folder["a.atlas"]));
            Assert.Equal(["a.atlas"], folder.Names);
        }
    }

    [Fact]
    public void Folders_that_are_missing_or_in_the_way_are_reported()
    {
        using var folder = new TemporaryFolder();
        var source = new SyntheticAtlas(1).Build();
        Assert.Throws<LociException>(() => AtlasWriter.Write(source, Path.Combine(folder.Path, "absent", "a.atlas")));
        Assert.Throws<LociException>(() => AtlasWriter.Write(source, folder.Path));
        Assert.Empty(folder.Names);
    }

    [Fact]
    public void Two_writers_of_one_file_do_not_mix()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there SQLite's own lock decides");
        using var folder = new TemporaryFolder();
        var source = new SyntheticAtlas(1).Build();
        var slow = Spoilt(source, cells: source.CellList.Select((cell, i) =>
        {
            if (i == 3) Assert.Throws<LociException>(() => AtlasWriter.Write(source, folder["a.atlas"]));
            return cell;
        }));
        AtlasWriter.Write(slow, folder["a.atlas"]);
        using var atlas = AtlasFile.Open(folder["a.atlas"]);
        Assert.Equal(source.CellList.Count, atlas.Cells.Count());
    }

    [Fact]
    public void What_a_killed_writer_left_is_overwritten()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.atlas.partial"], new byte[100_000]);
        AtlasWriter.Write(new SyntheticAtlas(1).Build(), folder["a.atlas"]);
        AtlasWriter.Write(new SyntheticAtlas(1).Build(), folder["b.atlas"]);
        Assert.Equal(File.ReadAllBytes(folder["b.atlas"]), File.ReadAllBytes(folder["a.atlas"]));
        Assert.Equal(["a.atlas", "b.atlas"], folder.Names);
    }

    [Fact]
    public void A_source_that_fails_or_is_cancelled_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        var source = new SyntheticAtlas(1).Build();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => AtlasWriter.Write(source, folder["a.atlas"], cancelled.Token));
        var failing = Spoilt(source,
            cells: source.CellList.Select((cell, i) => i < 5 ? cell : throw new InvalidDataException("mine")));
        Assert.Throws<InvalidDataException>(() => AtlasWriter.Write(failing, folder["a.atlas"]));
        Assert.Empty(folder.Names);
    }

    [Fact]
    public void A_source_that_contradicts_itself_is_refused()
    {
        using var folder = new TemporaryFolder();
        var source = new SyntheticAtlas(1).Build();
        var first = source.CellList[0];
        Assert.True(first.Positive.Count > 2);
        Refused("out of order", first with { Positive = [.. first.Positive.Reverse()] });
        Refused("out of order", first with { Positive = [first.Positive[0], first.Positive[0]] });
        Refused("at its Positive pole", first with { Positive = [new(-1, 0, 0)] });
        Refused("at its Positive pole", first with { Positive = [new(float.NaN, 0, 0)] });
        Refused("above 5", first with { Positive = [.. Enumerable.Range(0, 6).Select(i => new Trigger(1, i, 0))] });
        Refused("no position 99", first with { Positive = [new(1, 0, 99)] });
        Refused("bins", first with { Histogram = [1] });
        Refused("norm is NaN", first with { Value = first.Value with { Norm = float.NaN } }, typeof(LociException));
        Refused("largest coefficient is Infinity",
            first with { Statistics = first.Statistics with { Max = float.PositiveInfinity } }, typeof(LociException));
        var end = first.Value.Raw.Top;
        var spoilt = first.Value with { Raw =
            first.Value.Raw with { Top = end with { Tokens = [end.Tokens[0] with { Logit = float.NaN }] } } };
        Refused("under the raw readout is NaN", first with { Value = spoilt }, typeof(LociException));
        Refused("came where", first with { Index = 1 });
        Refused("is missing", null);
        Assert.Empty(folder.Names);

        void Refused(string because, AtlasCell? replacement, Type? type = null)
        {
            IEnumerable<AtlasCell> cells = replacement is null
                ? source.CellList.SkipLast(1)
                : source.CellList.Skip(1).Prepend(replacement);
            var error = Assert.Throws(type ?? typeof(ArgumentException),
                () => AtlasWriter.Write(Spoilt(source, cells), folder["a"]));
            Assert.Contains(because, error.Message);
        }
    }

    private static SpoiltSource Spoilt(IAtlasSource source, IEnumerable<AtlasCell> cells) => new(source, cells);

    private sealed record SpoiltSource(IAtlasSource Inner, IEnumerable<AtlasCell> Cells) : IAtlasSource
    {
        public AtlasManifest Manifest => Inner.Manifest;
        public IEnumerable<VocabularyToken> Vocabulary => Inner.Vocabulary;
        public IEnumerable<AtlasSentence> Sentences(IReadOnlyList<long> ids) => Inner.Sentences(ids);
    }
}
