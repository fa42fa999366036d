using Loci.Memory.FastWeights;

namespace Loci.Memory.Tests.FastWeights;

public class SymbolMemoryTests
{
    [Fact]
    public void The_example_of_its_documentation()
    {
        var memory = new SymbolMemory(256);
        memory["capital of France"] = "Paris";
        memory["capital of Japan"] = "Tokyo";
        Assert.Equal("Tokyo", memory["capital of Japan"]);
        memory["capital of Japan"] = "Kyoto";
        Assert.Equal("Kyoto", memory.Unbind("capital of Japan", out double certainty));
        Assert.Equal(1, certainty, 1e-5);
        Assert.Equal("Paris", memory["capital of France"]);
        memory.Forget("capital of France");
        Assert.Throws<KeyNotFoundException>(() => memory["capital of France"]);
        Assert.Equal("Kyoto", memory["capital of Japan"]);
    }

    // The bits of SHA-256("seed:block:name") in UTF-8, least significant first, as Python's hashlib gives them.
    [Theory]
    [InlineData(16, 1, "France", 0, "-++++-+--------+")]
    [InlineData(300, 7, "capital of Perú", 240, "+---++-+++-+-+-++---+---++---++-")]
    public void A_name_has_the_same_direction_on_every_machine(
        int dimension, int seed, string name, int from, string signs)
    {
        float[] vector = new SymbolMemory(dimension, seed).VectorOf(name);
        Assert.Equal(signs, string.Concat(vector[from..(from + signs.Length)].Select(x => x > 0 ? '+' : '-')));
        Assert.All(vector, x => Assert.Equal(1 / MathF.Sqrt(dimension), MathF.Abs(x)));
    }

    [Fact]
    public void Holds_a_good_part_of_its_dimension_and_does_not_invent()
    {
        var memory = new SymbolMemory(256);
        for (int i = 0; i < 60; i++) memory.Bind($"role {i}", $"filler {i}");
        for (int i = 0; i < 60; i++) Assert.Equal($"filler {i}", memory[$"role {i}"]);
        Assert.Null(memory.Unbind("never bound", out double certainty));
        Assert.True(certainty < 0.5);
    }

    [Theory]
    [InlineData(64, 20), InlineData(64, 40), InlineData(64, 80), InlineData(64, 256), InlineData(256, 140),
        InlineData(256, 200)]
    [InlineData(256, 1_000), InlineData(128, 60, 6), InlineData(128, 120, 3), InlineData(128, 300, 30)]
    public void The_error_estimate_is_what_is_then_measured(int dimension, int bindings, int fillers = 0)
    {
        const double Tolerance = 0.035; // of a share, beside three standard errors: the approximation's
        int seeds = Math.Max(2, 1_200 / bindings), wrong = 0;
        double estimate = 0;
        for (int seed = 1; seed <= seeds; seed++)
        {
            var memory = new SymbolMemory(dimension, seed);
            for (int i = 0; i < bindings; i++) memory.Bind($"role {i}", $"filler {(fillers == 0 ? i : i % fillers)}");
            for (int i = 0; i < bindings; i++)
                if (!memory.TryGet($"role {i}", out string? filler)
                    || filler != $"filler {(fillers == 0 ? i : i % fillers)}") wrong++;
            estimate += memory.ErrorEstimate / seeds;
        }
        double n = (double)seeds * bindings, measured = wrong / n;
        double slack = Tolerance + 3 * Math.Sqrt(measured * (1 - measured) / n);
        Assert.True(Math.Abs(estimate - measured) < slack,
            $"{dimension} {bindings} {fillers}: estimated {estimate:f4}, measured {measured:f4}");
    }

    [Fact]
    public void Warns_from_its_capacity_on_and_says_so_when_a_binding_is_lost()
    {
        var memory = new SymbolMemory(64);
        Assert.InRange(memory.Capacity, 64 / 4, 64 / 2);
        Assert.Equal(0, memory.ErrorEstimate);
        for (int i = 0; i < memory.Capacity; i++) Assert.True(memory.Bind($"role {i}", $"filler {i}"));
        Assert.True(memory.Bind("role 0", "filler 0")); // no new one
        Assert.False(memory.IsOverfull);
        Assert.InRange(memory.ErrorEstimate, 0, 0.01);
        Assert.False(memory.Bind("one more", "filler"));
        Assert.True(memory.IsOverfull);
        memory.Forget("one more");
        memory.Forget("never there");
        Assert.Equal(memory.Capacity, memory.Count);
        Assert.False(memory.IsOverfull);
        for (int i = 0; i < 300; i++) memory[$"late {i}"] = $"filler {i}";
        var e = Assert.Throws<KeyNotFoundException>(() => memory["role 1"]);
        Assert.Contains($"{memory.Count} bindings and a capacity of {memory.Capacity}", e.Message,
            StringComparison.Ordinal);
        Assert.False(memory.TryGet("role 1", out _));
        Assert.True(memory.TryGet("late 299", out string? last));
        Assert.Equal("filler 299", last);
    }

    [Theory]
    [InlineData(2), InlineData(16), InlineData(1024)]
    public void The_capacity_grows_with_the_dimension(int dimension)
    {
        int capacity = new SymbolMemory(dimension).Capacity;
        Assert.InRange(capacity, 1, dimension);
        Assert.True(capacity <= new SymbolMemory(2 * dimension).Capacity);
    }
}
