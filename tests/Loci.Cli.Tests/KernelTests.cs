using Loci.Tests;

namespace Loci.Cli.Tests;

/// <summary>
/// Whole forward passes in processes of their own, on every kernel that the machine has: the same bytes.
/// </summary>
public class KernelTests
{
    private static readonly string[] s_kernels = ["avx512", "avx2", "vector128", "portable"];

    [Theory]
    [InlineData("demo"), InlineData("demo-gated"), InlineData("demo-delta")]
    public void Every_kernel_gives_the_same_taps_to_the_bit(string model)
    {
        using var folder = new TemporaryFolder();
        string ids = string.Join(',', Enumerable.Range(0, 43).Select(i => 5 + 37 * i % 1500)); // over a chunk's border
        var ran = s_kernels.ToDictionary(kernel => kernel, kernel => Tool.End(Tool.Start(
            folder.Path, ["model", "run", model, "--ids", ids, "--taps", "*", "--out", $"{kernel}.safetensors"],
            ("LOCI_KERNEL", kernel))));
        Assert.Equal(0, ran["portable"].Code);
        byte[] expected = File.ReadAllBytes(Path.Combine(folder.Path, "portable.safetensors"));
        foreach (var (kernel, outcome) in ran)
        {
            if (outcome.Code == 0)
                Assert.Equal(expected, File.ReadAllBytes(Path.Combine(folder.Path, $"{kernel}.safetensors")));
            else
                Assert.Contains($"LOCI_KERNEL is '{kernel}': this processor runs", outcome.Error,
                    StringComparison.Ordinal);
        }
        Assert.True(ran.Values.Count(outcome => outcome.Code == 0) > 1, "only the portable kernel runs here");
    }
}
