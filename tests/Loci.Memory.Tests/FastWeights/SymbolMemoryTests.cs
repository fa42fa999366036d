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

    [Fact]
    public void Holds_a_good_part_of_its_dimension_and_does_not_invent()
    {
        var memory = new SymbolMemory(256);
        for (int i = 0; i < 60; i++) memory.Bind($"role {i}", $"filler {i}");
        for (int i = 0; i < 60; i++) Assert.Equal($"filler {i}", memory[$"role {i}"]);
        Assert.Null(memory.Unbind("never bound", out double certainty));
        Assert.True(certainty < 0.5);
    }
}
