using Loci.Training.Labs.Language;
using Loci.Torch.Networks;
using Loci.Torch.Runs;
using static TorchSharp.torch;

namespace Loci.Training.Tests;

[Collection(nameof(TorchProcess))]
public class PositionLossTests
{
    private const int Vocabulary = 50, Streams = 3, Positions = 48, Segment = 8;

    /// <summary>Nats: float32 sums in another order.</summary>
    private const double Tolerance = 1e-4;

    [Theory]
    [InlineData("normalized-sum"), InlineData("plain-sum"), InlineData("delta"), InlineData("gated-delta"),
        InlineData("dpfp-1-normalized-sum")]
    [InlineData("window")]
    public void In_pieces_as_in_one(string name)
    {
        // A window small enough that what lies outside of all windows is cut off; all segments at once need the whole
        // as context.
        var model = name == "window"
            ? LanguageModel.Carried[^1] with { Attention = """{ "window": 5 }""" }
            : LanguageModel.Parse([name], LanguageModel.Carried)[0];
        using var network = new TorchTransformer(SpecOfSettings.Create(model.Settings, Vocabulary, 0));
        network.Parameters.Initialise(5);
        var random = new Random(1);
        int[] text = [.. Enumerable.Range(0, Streams * Positions + 1).Select(_ => random.Next(Vocabulary))];

        float[][] pieces = PositionLosses.Of(network, text, Streams, Positions, Segment, reset: false);
        for (int s = 0; s < Streams; s++) Near(Whole(network, text, s * Positions, Positions), pieces[s]);

        float[][] reset = PositionLosses.Of(network, text, Streams, Positions, Segment, reset: true);
        for (int s = 0; s < Streams; s++)
            for (int first = 0; first < Positions; first += Segment)
                Near(Whole(network, text, s * Positions + first, Segment), reset[s][first..(first + Segment)]);
    }

    [Fact]
    public void Ranges_double_and_cover_every_position_once()
    {
        Assert.Equal([(0, 16), (16, 32), (32, 64), (64, 100)], PositionBins.Of(100));
        Assert.Equal([(0, 10)], PositionBins.Of(10));
        float[] losses = [.. Enumerable.Range(0, 40).Select(i => (float)i)];
        Assert.Equal(
            ["memory,stream,from,to,loss", "carried,0,0,16,7.5", "carried,0,16,32,23.5", "carried,0,32,40,35.5"],
            PositionBins.Csv([("carried", [losses])]).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Streams_do_not_overlap_and_too_short_a_text_is_refused()
    {
        Assert.Equal((8, 100), (CarryOver.Of(new int[5000], 100).Streams, CarryOver.Of(new int[5000], 100).Positions));
        Assert.Equal(2, CarryOver.Of(new int[201], 100).Streams);
        Assert.Equal(1, CarryOver.Of(new int[200], 100).Streams); // the last token of a second one would have no target
        Assert.Contains("12288", Assert.Throws<LociException>(() => CarryOver.Of(new int[12288], 12288)).Message,
            StringComparison.Ordinal);
    }

    // Every token of a piece of text predicted in one pass.
    private static float[] Whole(TorchTransformer network, int[] text, int start, int length)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var inputs = tensor(text[start..(start + length)].Select(token => (long)token).ToArray(), [1, length]);
        var targets = tensor(text[(start + 1)..(start + length + 1)].Select(token => (long)token).ToArray(), [length]);
        return [
            .. nn.functional.cross_entropy(network.Logits(network.Forward(inputs)), targets,
                reduction: nn.Reduction.None).data<float>()];
    }

    private static void Near(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], Tolerance);
    }
}
