using System.Runtime.CompilerServices;
using Loci.Memory.FastWeights;
using Loci.Models;
using Loci.Tracing;

namespace Loci.Tests;

/// <summary>The README's examples are these methods, line by line, and they run.</summary>
public class ReadmeTests
{
    [Fact]
    public void Reading_a_model()
    {
        AssertInReadme();
        // <example>
        var model = Model.Open("constructed");
        int[] tokens = [.. model.Encode("once upon a")];
        var pass = new Recording(TapName.ParseList("logits,layers.*.coefficients", model.Spec));
        pass.Run(model.Transformer, Batch.Of(tokens));
        float[] m = pass[TapPoint.Coefficients, 1];     // [tokens, cells] of layer 1

        var without = Intervention.SetCell(model.Spec, new CellId(1, 0), coefficient: 0);
        pass.Run(model.Transformer, Batch.Of(tokens), without);     // and what changes when a memory is gone
        // </example>
        Assert.Equal(tokens.Length * model.Spec.Blocks[0].Cells.Count, m.Length);
        Assert.True(m[^model.Spec.Blocks[0].Cells.Count] > 0);
        Assert.Equal(0, pass[TapPoint.Coefficients, 1][^model.Spec.Blocks[0].Cells.Count]);
    }

    [Fact]
    public void Remembering()
    {
        AssertInReadme();
        // <example>
        var memory = new SymbolMemory(dimension: 256, seed: 1);
        memory["France"] = "Paris";
        memory["Japan"] = "Tokyo";
        memory["France"] = "Lyon";                      // the delta rule overwrites, it does not add
        string? capital = memory["France"];             // Lyon
        // </example>
        Assert.Equal("Lyon", capital);
        Assert.Equal("Tokyo", memory["Japan"]);
    }

    private static void AssertInReadme([CallerFilePath] string path = "", [CallerLineNumber] int line = 0)
    {
        Assert.SkipUnless(File.Exists(path), "needs the source tree");
        string readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "README.md"));
        var example = File.ReadLines(path).Skip(line + 1)
            .TakeWhile(text => !text.Contains("</example>", StringComparison.Ordinal));
        foreach (string text in example)
            if (text.Trim() is { Length: > 0 } code)
                Assert.Contains(code, readme);
    }
}
