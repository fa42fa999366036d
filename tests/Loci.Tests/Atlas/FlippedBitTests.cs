using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Models;
using Loci.Models.Generation;

namespace Loci.Tests.Atlas;

/// <summary>
/// One flipped bit, anywhere: the same answer or an error, never another answer. A sample is always run; the whole
/// sweep is <c>dotnet run --project tests/Loci.Tests -c Release -- -class Loci.Tests.Atlas.FlippedBitTests -explicit
/// on</c>.
/// </summary>
public class FlippedBitTests
{
    private const int Sample = 400;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_sample_of_an_atlas(bool gated)
    {
        byte[] atlas = Atlas(gated);
        // Most of an atlas this small is empty: aim at what is not, and at the headers of the pages.
        var random = new Random(5);
        var used = Enumerable.Range(0, atlas.Length).Where(at => atlas[at] != 0).ToArray();
        var bits = Enumerable.Range(0, Sample).Select(i => i % 4 == 0
            ? random.Next(atlas.Length / 8192) * 8192L * 8 + random.Next(40 * 8)
            : used[random.Next(used.Length)] * 8L + random.Next(8));
        var swept = FlipSweep.Run(atlas, bits, FlipSweep.Of);
        Assert.Empty(swept.Wrong);
        Assert.InRange(swept.Errors, Sample / 4, Sample);
    }

    [Fact(Explicit = true)]
    public void Every_bit_of_an_atlas() => All(Atlas(gated: true), FlipSweep.Of);

    [Fact(Explicit = true)]
    public void Every_bit_of_a_plain_atlas() => All(Atlas(gated: false), FlipSweep.Of);

    [Fact]
    public void A_sample_of_a_state_and_of_a_checkpoint()
    {
        foreach (var (bytes, answer) in ((byte[], Func<string, string>)[])[(State(), ReadState),
            (Checkpoint(), ReadCheckpoint)])
        {
            var random = new Random(6);
            var bits = Enumerable.Range(0, 200).Select(i =>
                i < 32 ? random.Next(24 * 8) : random.NextInt64(bytes.Length * 8L));
            var swept = FlipSweep.Run(bytes, bits, answer);
            Assert.Empty(swept.Wrong);
            Assert.Equal(200, swept.Errors);
        }
    }

    [Fact(Explicit = true)]
    public void Every_bit_of_a_state() => All(State(), ReadState);

    [Fact(Explicit = true)]
    public void Every_bit_of_a_checkpoint() => All(Checkpoint(), ReadCheckpoint);

    private static void All(byte[] bytes, Func<string, string> answer)
    {
        var swept = FlipSweep.Run(bytes, Enumerable.Range(0, bytes.Length * 8).Select(bit => (long)bit), answer);
        TestContext.Current.SendDiagnosticMessage(
            $"{bytes.Length} bytes: {swept.Errors} flips are errors, {swept.Same} change no answer, "
            + $"{swept.Wrong.Count} are wrong");
        Assert.Empty(swept.Wrong);
        Assert.Equal(bytes.Length * 8, swept.Errors + swept.Same);
    }

    private static byte[] Atlas(bool gated)
    {
        using var folder = new TemporaryFolder();
        AtlasWriter.Write(new SyntheticAtlas(5, gated: gated).Build(), folder["a"]);
        return File.ReadAllBytes(folder["a"]);
    }

    private static byte[] State()
    {
        using var folder = new TemporaryFolder();
        var model = Model.Open(Model.ConstructedName);
        var session = new Session(model.Transformer);
        session.Read([.. model.Encode("once upon")]);
        SavedState.Of(session, model).Save(folder["s"]);
        return File.ReadAllBytes(folder["s"]);
    }

    private static string ReadState(string path)
    {
        var state = SavedState.Load(path);
        return $"{state.ModelName} {state.ModelIdentity} {state.Memory.Length} {state.SamplerState}";
    }

    private static byte[] Checkpoint()
    {
        using var folder = new TemporaryFolder();
        var spec = Model.Open(Model.ConstructedName).Spec;
        BuildCheckpoint.Save(folder["c"], "identity", 7, [new BuildState(spec, 2)]);
        return File.ReadAllBytes(folder["c"]);
    }

    private static string ReadCheckpoint(string path) =>
        $"{BuildCheckpoint.Load(path, "identity", Model.Open(Model.ConstructedName).Spec, 2)!.Value.NextSentence}";
}
