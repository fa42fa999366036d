using CsCheck;
using Loci.Models;
using Loci.Models.Blocks;
using Loci.Models.Generation;

namespace Loci.Tests.Models.Generation;

/// <summary>
/// Texts in pieces, forked, saved, damaged, and many at once: always the bits of one text run through.
/// </summary>
public sealed class SessionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_layout_gives_back_the_spec_it_was_written_from()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var spec = FastWeightModel.Spec(seed, unbounded: seed % 2 == 0);
            byte[] config = LociFormat.Config(spec);
            Assert.Equal(config, LociFormat.Config(LociFormat.Read(config, "config")));
            var read = FastWeightModel.Create(_folder, spec, seed).Spec;
            Assert.Equal(spec.Blocks, read.Blocks);
            Assert.Equal(spec.MostTokens, read.MostTokens);
            Assert.Equal(spec.NormEpsilon, read.NormEpsilon);
        }
    }

    [Fact]
    public void Pieces_company_threads_and_calls_do_not_change_a_bit() =>
        Gen.Select(Gen.Int[0, 1000], Gen.Bool, Gen.Int[1, 70].Array[1, 6]).Sample((seed, unbounded, pieces) =>
        {
            using var folder = new TemporaryFolder();
            var transformer = FastWeightModel.Create(folder, FastWeightModel.Spec(seed, unbounded), seed).Transformer;
            int[] tokens = FastWeightModel.Tokens(seed, Math.Min(pieces.Sum(), 256));
            int width = transformer.Spec.Width;
            var workspace = new Workspace(transformer.Spec);
            transformer.Forward(Batch.Of(tokens), workspace);
            float[] whole = workspace.Stream(tokens.Length).ToArray();

            var batch = new Batch();
            batch.Add(tokens.AsSpan(0, tokens.Length / 2));
            var among = batch.Add(tokens);
            transformer.Forward(batch, workspace, compute: new(2));
            Assert.Equal(whole, workspace.Stream(batch.Rows).Slice(among.FirstRow * width, whole.Length).ToArray());

            var memory = new ContextMemory(transformer.Spec);
            foreach (int piece in pieces)
            {
                int at = memory.Length, count = Math.Min(piece, tokens.Length - at);
                transformer.Forward(
                    Batch.Of(tokens.AsSpan(at, count), at), workspace, memory: memory, compute: new(1 + piece % 2));
                Assert.Equal(whole[(at * width)..((at + count) * width)], workspace.Stream(count).ToArray());
            }
        }, iter: 60, threads: 1, seed: "0000KOIXPhL4");

    [Fact]
    public void Windows_keep_only_what_can_still_be_seen()
    {
        var spec = FastWeightModel.Spec(1, unbounded: true);
        spec = spec.WithMixers(
            spec.Blocks[0].Mixer,
            new SoftmaxSpec { Heads = 2, KeyValueHeads = 2, HeadSize = 4, Scale = 1, Window = 9 });
        var session = new Session(FastWeightModel.Create(_folder, spec, 1).Transformer);
        session.Read(FastWeightModel.Tokens(1, 200));
        long after200 = session.Memory.Bytes;
        for (int i = 0; i < 40; i++) session.Read(FastWeightModel.Tokens(i, 100));
        Assert.Equal(after200, session.Memory.Bytes);
        Assert.Equal(4200, session.Length);
    }

    [Theory, InlineData(3), InlineData(4), InlineData(8), InlineData(11)]
    public void Saved_and_resumed_is_never_interrupted(int seed)
    {
        var model = FastWeightModel.Create(_folder, FastWeightModel.Spec(seed), seed);
        int[] prompt = FastWeightModel.Tokens(seed, 37);
        var straight = new Session(model.Transformer);
        straight.Read(prompt);
        int[] all = [.. straight.Generate(Sampler.AtTemperature(0.9f, 5, topK: 20, topP: 0.95f), 60, [])];

        string path = _folder["text.state"];
        var session = new Session(model.Transformer);
        session.Read(prompt);
        var sampler = Sampler.AtTemperature(0.9f, 5, topK: 20, topP: 0.95f);
        var made = new List<int>();
        while (made.Count < 60)
        {
            made.AddRange(session.Generate(sampler, 13, []).Take(60 - made.Count));
            SavedState.Of(session, model, sampler).Save(path);
            byte[] file = File.ReadAllBytes(path);
            var state = SavedState.Load(path);
            session = state.Resume(model);
            sampler = Sampler.AtTemperature(0.9f, 99, topK: 20, topP: 0.95f);
            sampler.State = state.SamplerState;
            SavedState.Of(session, model, sampler).Save(path);
            Assert.Equal(file, File.ReadAllBytes(path));
        }
        Assert.Equal(all, made);
        Assert.Equal(straight.Logits().ToArray(), session.Logits().ToArray());
    }

    [Fact]
    public void A_fork_goes_its_own_way_and_leaves_the_text_as_it_was()
    {
        var model = FastWeightModel.Create(_folder, FastWeightModel.Spec(4), 4);
        var session = new Session(model.Transformer);
        session.Read(FastWeightModel.Tokens(4, 50));
        float[] before = session.Logits().ToArray();
        var fork = session.Fork();
        fork.Read(FastWeightModel.Tokens(9, 20));
        Assert.Equal(before, session.Logits().ToArray());
        session.Read(FastWeightModel.Tokens(9, 20));
        Assert.Equal(fork.Logits().ToArray(), session.Logits().ToArray());
    }

    [Fact]
    public void Sessions_at_once_do_not_see_each_other()
    {
        var model = FastWeightModel.Create(_folder, FastWeightModel.Spec(8), 8);
        int[][] alone = [.. Enumerable.Range(0, 16).Select(Run)], together = new int[16][];
        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => together[i] = Run(i));
        Assert.Equal(alone, together);

        int[] Run(int i)
        {
            var session = new Session(model.Transformer);
            session.Read(FastWeightModel.Tokens(i, 20 + i));
            return [.. session.Generate(Sampler.AtTemperature(1, i), 40, [])];
        }
    }

    [Fact]
    public void A_state_of_another_model_is_refused()
    {
        var model = FastWeightModel.Create(_folder, FastWeightModel.Spec(4), 4);
        var session = new Session(model.Transformer);
        session.Read([5, 6]);
        SavedState.Of(session, model).Save(_folder["a.state"]);
        using var other = new TemporaryFolder();
        var state = SavedState.Load(_folder["a.state"]);
        var e = Assert.Throws<LociException>(
            () => state.Resume(FastWeightModel.Create(other, FastWeightModel.Spec(4), 5)));
        Assert.Contains("another model", e.Message);
        Assert.Throws<ArgumentException>(() => SavedState.Of(session, Model.Open(Golden.Folder("llama"))));
    }

    [Fact]
    public void A_damaged_state_is_refused_whole()
    {
        var model = FastWeightModel.Create(_folder, FastWeightModel.Spec(4), 4);
        var session = new Session(model.Transformer);
        session.Read(FastWeightModel.Tokens(4, 40));
        string path = _folder["a.state"];
        SavedState.Of(session, model).Save(path);
        byte[] valid = File.ReadAllBytes(path);
        var random = new Random(3);
        for (int i = 0; i < 200; i++)
        {
            byte[] damaged = [.. valid];
            damaged[i < 20 ? i : random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, damaged);
            Assert.Throws<InvalidFileException>(() => SavedState.Load(path));
        }
        foreach (int length in (int[])[0, 7, 20, valid.Length / 2, valid.Length - 1])
        {
            File.WriteAllBytes(path, valid[..length]);
            Assert.Throws<InvalidFileException>(() => SavedState.Load(path));
        }
        File.WriteAllBytes(path, [.. valid, 0]);
        Assert.Throws<InvalidFileException>(() => SavedState.Load(path));
        Assert.Contains("Cannot read", Assert.Throws<LociException>(() => SavedState.Load(_folder["none"])).Message);
        Assert.Contains(
            "folder", Assert.Throws<LociException>(() => SavedState.Of(session, model).Save(_folder.Path)).Message);
        Assert.Contains(
            "cannot be written",
            Assert.Throws<LociException>(() => SavedState.Of(session, model).Save(_folder["no/such/a.state"])).Message);
    }

    [Fact]
    public void A_forged_checksum_does_not_save_a_wrong_content()
    {
        var model = FastWeightModel.Create(_folder, FastWeightModel.Spec(4), 4);
        var session = new Session(model.Transformer);
        session.Read(FastWeightModel.Tokens(4, 40));
        string path = _folder["a.state"];
        SavedState.Of(session, model).Save(path);
        byte[] valid = File.ReadAllBytes(path);
        var random = new Random(4);
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = [.. valid];
            damaged[16 + random.Next(i < 250 ? 1500 : damaged.Length - 48)] = (byte)random.Next(256);
            System.Security.Cryptography.SHA256.HashData(damaged.AsSpan(16, damaged.Length - 48))
                .CopyTo(damaged, damaged.Length - 32);
            File.WriteAllBytes(path, damaged);
            try
            {
                SavedState.Load(path); // another number is another state: what must not come is a crash
            }
            catch (LociException)
            {
            }
        }
    }

    [Fact]
    public void Generation_of_a_fast_weight_model_allocates_nothing_per_token()
    {
        var spec = FastWeightModel.Spec(2, unbounded: true);
        var session = new Session(
            FastWeightModel.Create(_folder, spec.WithMixers(spec.Blocks[0].Mixer), 2).Transformer);
        session.Read(FastWeightModel.Tokens(2, 100));
        var sampler = Sampler.AtTemperature(1, 1);
        Draw(300);
        long once = Draw(100), more = Draw(1000);
        Assert.InRange(more - once, 0, 1024); // 900 tokens more: not even a byte for each

        long Draw(int count)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            foreach (int token in session.Generate(sampler, count, [])) _ = token;
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void The_context_is_honoured()
    {
        var session = new Session(Model.Open(Golden.Folder("llama")).Transformer);
        session.Read([1, 2, 3]);
        int most = session.Transformer.Spec.Context;
        Assert.Contains("context", Assert.Throws<LociException>(() => session.Read(new int[most])).Message);
        Assert.Equal(3, session.Length);
        Assert.Equal(most + 1 - 3, session.Generate(Sampler.Greedy, 1000, []).Count());
        Assert.Empty(session.Generate(Sampler.Greedy, 1000, []));
        Assert.Contains(
            "vocabulary",
            Assert.Throws<LociException>(() => new Session(session.Transformer).Read([1, 1 << 20])).Message);
        Assert.Contains(
            "nothing to continue",
            Assert.Throws<LociException>(() => new Session(session.Transformer).Logits().Length).Message);
    }
}
