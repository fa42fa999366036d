using System.Text.Json;
using Loci.Models;
using Loci.Models.Generation;
using Loci.Tracing;

namespace Loci.Tests.Models;

/// <summary>Two trained models against numbers the float64 oracle derived from them (Oracle/README.md).</summary>
public class TrainedModelTests
{
    [Fact]
    public void Stories260K_continues_the_beginning_of_sequence_as_in_float64()
    {
        var model = Model.Open(SharedData.Require("stories260K"));
        using var golden = Oracle("stories260K.json");
        int[] expected = Ints(golden.RootElement.GetProperty("greedy"));

        int[] made = [.. Generator.Generate(model.Transformer, [1], Sampler.Greedy, expected.Length, [])];

        Assert.Equal(expected, made);
        Assert.Equal(golden.RootElement.GetProperty("text").GetString(), model.Tokenizer!.Decode([1, .. made]));
    }

    [Fact]
    public void Stories260K_ranks_next_tokens_as_in_float64()
    {
        var model = Model.Open(SharedData.Require("stories260K"));
        using var golden = Oracle("stories260K.json");
        int[] ids = Ints(golden.RootElement.GetProperty("ids"));
        var pass = new Recording([new(TapPoint.Logits, 0)]);
        pass.Run(model.Transformer, Batch.Of(ids));
        int p = 0;
        foreach (var position in golden.RootElement.GetProperty("positions").EnumerateArray())
        {
            var logits = pass[TapPoint.Logits].AsSpan(p++ * model.Spec.Vocabulary, model.Spec.Vocabulary);
            foreach (var top in position.GetProperty("top").EnumerateArray())
                Assert.Equal(top.GetProperty("logit").GetDouble(), logits[top.GetProperty("id").GetInt32()], 2e-3);
        }
        Assert.Equal(ids.Length, p);
    }

    [Fact]
    public void Gpt_nano_sorts()
    {
        var model = Model.Open(SharedData.Require("gpt-nano-sort"));
        using var golden = Oracle("gpt-nano-sort.json");
        foreach (var sequence in golden.RootElement.GetProperty("sequences").EnumerateArray())
        {
            int[] ids = Ints(sequence.GetProperty("ids"));
            var pass = new Recording([new(TapPoint.Logits, 0)]);
            pass.Run(model.Transformer, Batch.Of(ids));
            double[] expected =
            [
                .. sequence.GetProperty("logits").EnumerateArray().SelectMany(row => row.EnumerateArray())
                    .Select(x => x.GetDouble()),
            ];
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], pass[TapPoint.Logits][i], 1e-3);
        }
        int[] digits = [2, 0, 1, 1, 0, 2];
        int[] sorted = [.. Generator.Generate(model.Transformer, digits, Sampler.Greedy, 6, [])];
        Assert.Equal(digits.Order(), sorted);
    }

    private static JsonDocument Oracle(string file) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Models", "Oracle", file)));

    private static int[] Ints(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetInt32())];
}
