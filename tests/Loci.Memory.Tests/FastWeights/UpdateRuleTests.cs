using Loci.Memory.FastWeights;

namespace Loci.Memory.Tests.FastWeights;

public class UpdateRuleTests
{
    [Fact]
    public void Names_and_numbers_are_those_of_files_and_configs_for_ever()
    {
        Assert.Equal(
            [
                (0, "sum"), (1, "normalized_sum"), (2, "delta"), (3, "normalized_delta"), (4, "gated"),
                (5, "gated_delta"),
                (6, "norm_bounded"),
            ],
            UpdateRule.All.Select(rule => (rule.Id, rule.Name)));
        foreach (UpdateRule rule in UpdateRule.All)
        {
            Assert.Same(rule, UpdateRule.Named(rule.Name));
            Assert.Same(rule, UpdateRule.Named(rule.Name.Replace('_', '-')));
            Assert.Same(rule, UpdateRule.WithId(rule.Id));
        }
        Assert.Contains(
            "gated_delta", Assert.Throws<ArgumentException>(() => UpdateRule.Named("dleta")).Message,
            StringComparison.Ordinal);
        Assert.False(UpdateRule.TryNamed(null, out _));
        Assert.Null(UpdateRule.WithId(7)); // the softmax list's
    }

    [Fact]
    public void Strengths_are_those_the_rule_allows()
    {
        foreach (var (rule, least, refused) in new[]
        {
            (UpdateRule.Sum, -3f, float.NaN), (UpdateRule.Sum, 3f, float.PositiveInfinity),
                (UpdateRule.Delta, 1.5f, -0.1f),
            (UpdateRule.Gated, 1f, 1.1f), (UpdateRule.NormalizedDelta, 0f, -0.1f),
            (UpdateRule.NormBounded, 1f, float.NaN),
        })
        {
            FastWeightMemory memory = FastWeightMemoryTests.Create(rule);
            memory.Write(new float[12], new float[9], least);
            Assert.Throws<ArgumentOutOfRangeException>(() => memory.Write(new float[12], new float[9], refused));
        }
    }
}
