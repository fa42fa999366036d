using CsCheck;
using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Memory.Recall;
using Loci.Models;
using Loci.Tests.Models;
using Loci.Text;
using Loci.Tracing;

namespace Loci.Tests.Atlas.Building;

/// <summary>A build gives the exact atlas, and always the same file.</summary>
public class AtlasBuilderTests
{
    private static readonly AtlasOptions s_options = new() { Top = 7, ValueTokens = 4, Unit = SentenceUnit.Line };

    [Fact]
    public void Triggers_and_statistics_are_those_of_brute_force()
    {
        for (int seed = 0; seed < 6; seed++)
        {
            using var folder = new TemporaryFolder();
            var model = RandomModel.Create(seed);
            string[] sentences = RandomModel.Sentences(seed, 40);
            Build(model, folder, "a.atlas", sentences);
            using var atlas = AtlasFile.Open(folder["a.atlas"]);

            var all = BruteForce(model, sentences);
            for (int l = 0; l < model.Spec.Layers; l++)
                for (int i = 0; i < model.Spec.Blocks[0].Cells.Count; i++)
                {
                    var seen = all.Select(p => new Trigger(p.Coefficients[l][i], p.Sentence, p.Position)).ToArray();
                    var cell = atlas.Cell(new(l, i));
                    Assert.Equal(
                        seen.Where(t => t.Coefficient > 0).OrderByDescending(t => t.Coefficient).ThenBy(t => t.Sentence)
                            .ThenBy(t => t.Position).Take(s_options.Top),
                        cell.Positive);
                    Assert.Equal(
                        model.Spec.HasGatedCells
                            ? seen.Where(t => t.Coefficient < 0).OrderBy(t => t.Coefficient).ThenBy(t => t.Sentence)
                                .ThenBy(t => t.Position).Take(s_options.Top)
                            : [],
                        cell.Negative);
                    Assert.Equal(seen.Average(t => (double)t.Coefficient), cell.Statistics.Mean, 1e-12);
                    Assert.Equal(seen.Max(t => t.Coefficient), cell.Statistics.Max);
                    Assert.Equal(all.Count, cell.Statistics.Count);
                }
        }
    }

    [Fact]
    public void Threads_batches_interruptions_and_parts_leave_no_trace() => Gen.Int[0, 1_000_000].Sample(seed =>
    {
        using var folder = new TemporaryFolder();
        var random = new Random(seed);
        var model = RandomModel.Create(seed);
        string[] sentences = RandomModel.Sentences(seed, random.Next(3, 400));
        Build(model, folder, "plain.atlas", sentences);
        byte[] expected = File.ReadAllBytes(folder["plain.atlas"]);

        Build(model, folder, "other.atlas", sentences, Any(random));
        Assert.Equal(expected, File.ReadAllBytes(folder["other.atlas"]));

        int stops = 0;
        while (true)
        {
            // Stopped again and again, each time going on with other threads and batches.
            using var stop = new CancellationTokenSource();
            int batches = random.Next(1, 6);
            try
            {
                Build(
                    model, folder, "stopped.atlas", sentences, Any(random),
                    progress: new ImmediateProgress<BuildProgress>(_ =>
                    {
                        if (--batches == 0 && stops < 20) stop.Cancel();
                    }),
                    cancellation: stop.Token);
                break;
            }
            catch (OperationCanceledException)
            {
                stops++;
            }
        }
        Assert.Equal(expected, File.ReadAllBytes(folder["stopped.atlas"]));

        int parts = random.Next(1, 5);
        for (int k = 1; k <= parts; k++) // a part may be left without any sentence
            Build(model, folder, $"part{k}.atlas", sentences, Any(random), s_options with { Part = new(k, parts) });
        AtlasMerge.Write([.. Enumerable.Range(1, parts).Select(k => folder[$"part{k}.atlas"])], folder["merged.atlas"]);
        Assert.Equal(expected, File.ReadAllBytes(folder["merged.atlas"]));
    }, iter: 8, threads: 1);

    [Fact]
    public void A_checkpoint_of_another_build_is_refused_and_kept()
    {
        using var folder = new TemporaryFolder();
        var model = RandomModel.Create(3);
        string[] sentences = RandomModel.Sentences(3, 200);
        Stop(model, folder, sentences);
        byte[] checkpoint = File.ReadAllBytes(folder["a.atlas.checkpoint"]);

        var error = Assert.Throws<LociException>(
            () => Build(model, folder, "a.atlas", sentences, options: s_options with { Top = 8 }));
        Assert.Contains("top 7", error.Message);
        error = Assert.Throws<LociException>(() => Build(RandomModel.Create(4), folder, "a.atlas", sentences));
        Assert.Contains("it has «model", error.Message);
        error = Assert.Throws<LociException>(() => Build(model, folder, "a.atlas", [.. sentences, "more ."]));
        Assert.Contains("corpus", error.Message);
        Assert.Equal(checkpoint, File.ReadAllBytes(folder["a.atlas.checkpoint"]));
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused_wherever_the_damage_is()
    {
        using var folder = new TemporaryFolder();
        var model = RandomModel.Create(3);
        string[] sentences = RandomModel.Sentences(3, 200);
        Stop(model, folder, sentences);
        byte[] checkpoint = File.ReadAllBytes(folder["a.atlas.checkpoint"]);
        Gen.Select(Gen.Int[0, checkpoint.Length - 1], Gen.Byte[1, 255], Gen.Bool).Sample((at, flip, cut) =>
        {
            byte[] damaged = cut ? checkpoint[..at] : [.. checkpoint];
            if (!cut) damaged[at] ^= flip;
            File.WriteAllBytes(folder["a.atlas.checkpoint"], damaged);
            Assert.Contains(
                "damaged",
                Assert.Throws<InvalidFileException>(() => Build(model, folder, "a.atlas", sentences)).Message);
        }, iter: 50, threads: 1);
    }

    [Fact]
    public void A_corpus_that_changes_under_the_build_is_noticed()
    {
        using var folder = new TemporaryFolder();
        var model = RandomModel.Create(3);
        string[] sentences = RandomModel.Sentences(3, 50);
        bool changed = false;
        var change = new ImmediateProgress<BuildProgress>(_ =>
        {
            if (!changed) File.AppendAllText(folder["corpus.txt"], "more .\n");
            changed = true;
        });
        var error = Assert.Throws<LociException>(() => Build(model, folder, "a.atlas", sentences, progress: change));
        Assert.Contains("changed", error.Message);
    }

    [Fact]
    public void Other_ways_to_read_the_corpus_are_another_build()
    {
        using var folder = new TemporaryFolder();
        var model = RandomModel.Create(3);
        File.WriteAllLines(
            folder["corpus.jsonl"],
            RandomModel.Sentences(3, 200).Select(s => $$"""{"text": "{{s}}", "other": "a cat ."}"""));
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => 
            Build("text", new ImmediateProgress<BuildProgress>(_ => stop.Cancel()), stop.Token));
        Assert.Contains("field text", Assert.Throws<LociException>(() => Build("other", null, default)).Message);

        void Build(string field, IProgress<BuildProgress>? progress, CancellationToken cancellation) =>
            new AtlasBuilder(
                model, Corpus.Open([folder["corpus.jsonl"]], new CorpusOptions { Field = field }), s_options,
                new() { Threads = 1, BatchTokens = 50 })
                .Build(folder["a.atlas"], progress, cancellation);
    }

    [Fact]
    public void An_empty_corpus_and_a_missing_folder_are_refused()
    {
        using var folder = new TemporaryFolder();
        var model = RandomModel.Create(3);
        Assert.Contains("no text", Assert.Throws<LociException>(() => Build(model, folder, "a.atlas", [" "])).Message);
        Assert.Contains(
            "no folder", Assert.Throws<LociException>(() => Build(model, folder, "none/a.atlas", ["a cat ."])).Message);
        Assert.DoesNotContain(folder.Names, name => name.Contains("atlas"));
    }

    private static void Stop(Model model, TemporaryFolder folder, string[] sentences)
    {
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Build(
            model, folder, "a.atlas", sentences, new() { Threads = 1, BatchTokens = 50 }, 
            progress: new ImmediateProgress<BuildProgress>(_ => stop.Cancel()),
            cancellation: stop.Token));
    }

    private static BuildSettings Any(Random random) => new()
    {
        Threads = random.Next(1, 5),
        BatchTokens = random.Next(1, 300),
        CheckpointEvery = TimeSpan.FromMilliseconds(random.Next(1, 20)),
    };

    private static void Build(
        Model model, TemporaryFolder folder, string name, string[] sentences, BuildSettings? settings = null,
        AtlasOptions? options = null,
        IProgress<BuildProgress>? progress = null, CancellationToken cancellation = default)
    {
        File.WriteAllLines(folder["corpus.txt"], sentences);
        new AtlasBuilder(
            model, Corpus.Open([folder["corpus.txt"]]), options ?? s_options, settings ?? new() { Threads = 1 })
            .Build(folder[name], progress, cancellation);
    }

    private static List<(long Sentence, int Position, float[][] Coefficients)> BruteForce(
        Model model, string[] sentences)
    {
        var (spec, all) = (model.Spec, new List<(long, int, float[][])>());
        int before = model.BeginOfSequence is null ? 0 : 1;
        for (int s = 0; s < sentences.Length; s++)
        {
            int[] ids = [.. model.Encode(sentences[s]).Take(spec.Context)];
            var pass = new Recording(TapName.All(spec).Where(tap => tap.Point == TapPoint.Coefficients));
            pass.Run(model.Transformer, Batch.Of(ids));
            for (int p = before; p < ids.Length; p++)
                all.Add(
                    (s, p - before, [.. Enumerable.Range(0, spec.Layers)
                        .Select(
                            l =>
                                pass[TapPoint.Coefficients,
                                    l][(p * spec.Blocks[l].Cells.Count)..((p + 1) * spec.Blocks[l].Cells.Count)])]));
        }
        return all;
    }
}
