using CsCheck;
using Loci.Models.Generation;

namespace Loci.Tests.Models.Generation;

/// <summary>
/// The draws of a seed are one stream: a saved state is told to be of it, and the draws go on from there.
/// </summary>
public class SamplerTests
{
    private static readonly float[] s_logits = [.. Enumerable.Range(0, 50).Select(i => MathF.Sin(i))];

    [Fact]
    public void A_state_belongs_to_the_seed_it_was_drawn_with() =>
    Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue], Gen.Int[0, 300])
        .Sample((seed, other, draws) =>
        {
            var sampler = Sampler.AtTemperature(1, seed);
            for (int i = 0; i < draws; i++) sampler.Choose(s_logits);
            Assert.True(Sampler.AtTemperature(1, seed).LeadsTo(sampler.State));
            if (other != seed) Assert.False(Sampler.AtTemperature(1, other).LeadsTo(sampler.State));
        });

    [Fact]
    public void Draws_in_two_calls_are_the_draws_in_one()
    {
        int[] whole = Draw(Sampler.AtTemperature(1, 7), 40);
        var first = Sampler.AtTemperature(1, 7);
        int[] begun = Draw(first, 15);
        var second = Sampler.AtTemperature(1, 7);
        if (second.LeadsTo(first.State)) second.State = first.State;
        Assert.Equal(whole, begun.Concat(Draw(second, 25)));

        static int[] Draw(Sampler sampler, int count) =>
            [.. Enumerable.Range(0, count).Select(_ => sampler.Choose(s_logits))];
    }
}
