using Loci.Models.Constructed;
using Loci.Tests;

namespace Loci.Cli.Tests;

/// <summary>A result never replaces another result unasked.</summary>
public sealed class OverwriteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_command_that_writes_a_file_leaves_what_is_there()
    {
        File.WriteAllLines(_folder["corpus.txt"], ConstructedLanguage.Sentences(5).Take(200));
        string atlas = _folder["a.atlas"], part1 = _folder["1.atlas"], part2 = _folder["2.atlas"], merged =
            _folder["m.atlas"], tables = _folder["tables"];
        Succeeds([.. Build(atlas)]);
        Succeeds([.. Build(atlas)]); // the same atlas again
        Refuses(atlas, [.. Build(atlas), "--top", "7"]);
        File.WriteAllText(_folder["notes.txt"], "mine");
        Refuses(_folder["notes.txt"], [.. Build(_folder["notes.txt"])]);
        Succeeds([.. Build(atlas), "--top", "7", "--force"]);

        Succeeds([.. Build(part1), "--part", "1/2"]);
        Succeeds([.. Build(part2), "--part", "2/2"]);
        Succeeds("atlas", "merge", merged, part1, part2);
        Refuses(merged, "atlas", "merge", merged, part1, part2);
        Refuses(atlas, "atlas", "merge", atlas, part1, part2);
        Succeeds("atlas", "merge", merged, part1, part2, "--force");

        Succeeds("atlas", "export", atlas, "--out", tables);
        Refuses(Path.Combine(tables, "cells.parquet"), "atlas", "export", merged, "--out", tables);
        Succeeds("atlas", "export", merged, "--out", tables, "--force");

        string world = _folder["world.txt"], truth = _folder["truth.jsonl"], taps = _folder["taps.safetensors"];
        Succeeds("world", "write", "--words", "200", "--out", world);
        Refuses(world, "world", "write", "--words", "100", "--out", world);
        File.WriteAllText(truth, "mine");
        Refuses(truth, "world", "write", "--words", "100", "--out", _folder["world2.txt"], "--truth", truth);
        Succeeds("world", "write", "--words", "100", "--out", world, "--truth", truth, "--force");
        string[] run = ["model", "run", "constructed", "--text", "once upon", "--taps", "logits", "--out", taps];
        Succeeds(run);
        Refuses(taps, run);
        Succeeds([.. run, "--force"]);
    }

    [Fact]
    public void An_atlas_knows_where_its_model_and_its_text_lay()
    {
        Directory.CreateDirectory(_folder["texts"]);
        Directory.CreateDirectory(_folder["atlases"]);
        string corpus = Path.Combine(_folder["texts"], "corpus.txt");
        File.WriteAllLines(corpus, ConstructedLanguage.Sentences(5).Take(100));
        Here("atlas", "build", "constructed", "--corpus", "texts/corpus.txt", "--out", "atlases/a");
        Check(Path.Combine("atlases", "a"), "../texts/corpus.txt");
        Here("atlas", "build", "constructed", "--corpus", "texts/corpus.txt", "--out", "whole");
        Check("whole", "./texts/corpus.txt");
        Here("atlas", "build", "constructed", "--corpus", corpus, "--out", "absolute");
        Check("absolute", corpus);

        // Wherever its parts lay, the merged atlas is the one that one build gives there.
        Here("atlas", "build", "constructed", "--corpus", "texts/corpus.txt", "--out", "atlases/1", "--part", "1/2");
        Here("atlas", "build", "constructed", "--corpus", "texts/corpus.txt", "--out", "2", "--part", "2/2");
        Here("atlas", "merge", "merged", "2", "atlases/1");
        Assert.Equal(File.ReadAllBytes(_folder["whole"]), File.ReadAllBytes(_folder["merged"]));

        void Here(params string[] arguments)
        {
            var outcome = Tool.End(Tool.Start(_folder.Path, arguments));
            Assert.True(outcome.Code == 0, outcome.Error);
        }

        void Check(string name, string place)
        {
            using var atlas = Loci.Atlas.AtlasFile.Open(_folder[name]);
            Assert.Equal("constructed", atlas.ModelPlace);
            Assert.Equal(place, atlas.Manifest.Corpus[0].Place);
            Assert.Equal(corpus, Assert.Single(atlas.CorpusPlaces!));
        }
    }

    private string[] Build(string path) =>
        ["atlas", "build", "constructed", "--corpus", _folder["corpus.txt"], "--out", path];

    private static void Succeeds(params string[] arguments)
    {
        var outcome = Tool.Run(arguments);
        Assert.True(outcome.Code == 0, $"{string.Join(' ', arguments)}: {outcome.Error}");
    }

    private static void Refuses(string path, params string[] arguments)
    {
        byte[] before = File.ReadAllBytes(path);
        var outcome = Tool.Run(arguments);
        Assert.True(outcome.Code == 1, $"{string.Join(' ', arguments)}: {outcome.Code}");
        Assert.Contains(path, outcome.Error);
        Assert.Contains("--force", outcome.Error);
        Assert.Equal(before, File.ReadAllBytes(path));
    }
}
