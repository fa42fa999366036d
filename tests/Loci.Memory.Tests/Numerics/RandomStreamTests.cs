using Loci.Memory.Numerics;

namespace Loci.Memory.Tests.Numerics;

public class RandomStreamTests
{
    [Fact]
    public void The_same_three_give_the_same_numbers_for_ever() => Assert.Equal(
        [26670115, 1169183554, -20882958, 1812846919],
        new[] { RandomStream.Seed(1, "keys"), RandomStream.Seed(1, "keys", 1), RandomStream.Seed(1, "values"),
            RandomStream.Seed(-1, "keys") });

    [Fact]
    public void Streams_that_differ_in_anything_are_uncorrelated()
    {
        const int Numbers = 4_000;
        const double Bound = 5; // standard errors of a correlation of nothing
        Random[] streams =
        [
            RandomStream.Of(1, "a"), RandomStream.Of(1, "b"), RandomStream.Of(2, "a"), RandomStream.Of(1, "a", 1),
            RandomStream.Of(1, "a", 2),
            RandomStream.Of(1, "ab"), RandomStream.Of(1, "ba"), RandomStream.Of(0, "a"), new Random(1),
        ];
        double[][] drawn = [
            .. streams.Select(random => Enumerable.Range(0, Numbers).Select(_ => random.NextDouble() - 0.5).ToArray())];
        for (int i = 0; i < drawn.Length; i++)
            for (int j = 0; j < i; j++)
                Assert.InRange(12 * drawn[i].Zip(drawn[j], (a, b) => a * b).Sum() / Math.Sqrt(Numbers), -Bound, Bound);
    }

    [Fact]
    public void A_stream_has_a_name() => Assert.Throws<ArgumentException>(() => RandomStream.Of(1, " "));
}
