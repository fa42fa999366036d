using System.Text.Json;
using Loci.Checkpoints;
using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Models.Blocks;
using Loci.Tests;

namespace Loci.Cli.Tests;

/// <summary>
/// States on the command line: read once, ask many times, go on as if never interrupted, look inside.
/// </summary>
public sealed class StateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StateTests()
    {
        var layer = new FastWeightSpec
        {
            Rule = UpdateRule.Delta, Map = "dpfp-1", Normalization = Normalization.Sum, Heads = 2, KeySize = 6,
            ValueSize = 5, LearnedStrength = true,
        };
        var block = new BlockSpec { Mixer = layer, Cells = new(24, Activation.Gelu, Gated: false) };
        string[] words = ["<unk>", "<s>", "the", "cat", "sat", "on", "a", "mat", "dog", "ran"];
        var spec = new ModelSpec
        {
            Family = "loci", Width = 16, Vocabulary = words.Length, Context = 32, Norm = NormKind.RmsNorm,
            NormEpsilon = 1e-5f,
            Blocks = [block, block], Head = new(Tied: true), BeginOfSequence = 1,
        };
        Directory.CreateDirectory(Model);
        File.WriteAllBytes(Path.Combine(Model, "config.json"), LociFormat.Config(spec));
        var random = new Random(1);
        var tensors = Transformer.TensorsOf(spec);
        using var writer = new SafetensorsWriter(
            Path.Combine(Model, "model.safetensors"),
            tensors.Select(t => new TensorInfo(t.Name, TensorType.Float32, t.Shape)));
        foreach (var tensor in tensors)
            writer.Append(tensor.Name,
                [.. Enumerable.Range(0, tensor.Count).Select(_ => (float)(random.NextDouble() - 0.5))]);
        writer.Complete();
        string vocabulary = string.Join(", ", words.Select((word, id) => $"\"{word}\": {id}"));
        File.WriteAllText(Path.Combine(Model, "tokenizer.json"), $$$"""
            {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null, "decoder": null,
             "model": {"type": "WordLevel", "vocab": { {{{vocabulary}}} }, "unk_token": "<unk>"}}
            """);
    }

    private string Model => _folder["model"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_text_in_three_calls_is_the_text_in_one()
    {
        string state = _folder["a.state"];
        int[] whole = Made("generate", Model, "the cat sat", "--max-tokens", "30", "--seed", "5");
        int[] parts =
        [
            .. Made("generate", Model, "the cat sat", "--max-tokens", "10", "--seed", "5", "--save-state", state),
            .. Made("generate", Model, "", "--max-tokens", "10", "--state", state, "--save-state", state),
            .. Made("generate", Model, "", "--max-tokens", "10", "--seed", "5", "--state", state),
        ];
        Assert.Equal(whole, parts);
    }

    [Fact]
    public void A_document_longer_than_the_context_is_read_once_and_asked_about()
    {
        string state = _folder["doc.state"], text = _folder["doc.txt"];
        File.WriteAllText(
            text, string.Join(' ', Enumerable.Range(0, 50)
                .Select(i => i % 2 == 0 ? "the cat sat on a mat" : "a dog ran")));
        var read = Tool.Run("read", Model, text, "--state", state, "--json");
        Assert.True(read.Code == 0, read.Error);
        int tokens = JsonDocument.Parse(read.Out).RootElement.GetProperty("tokens").GetInt32();
        Assert.True(tokens > 200);
        byte[] file = File.ReadAllBytes(state);
        int[] first = Made("generate", Model, "the", "--greedy", "--max-tokens", "8", "--state", state);
        Assert.Equal(first, Made("generate", Model, "the", "--greedy", "--max-tokens", "8", "--state", state));
        Assert.Equal(file, File.ReadAllBytes(state));

        Assert.Contains("trained on texts of 32", read.Error);
        var memory = Tool.Run("memory", state, "--text", text, "--last", "20");
        Assert.True(memory.Code == 0, memory.Error);
        Assert.Contains("retrievable", memory.Out);
        var json = JsonDocument.Parse(Tool.Run("memory", state, "--text", text, "--last", "20",
            "--json").Out).RootElement;
        Assert.Equal(4, json.GetProperty("heads").GetArrayLength());
        foreach (var head in json.GetProperty("heads").EnumerateArray())
        {
            Assert.InRange(head.GetProperty("effective_rank").GetDouble(), 1,
                head.GetProperty("most").GetInt32() + 1e-9);
            Assert.Equal(20, head.GetProperty("tokens").GetArrayLength());
        }
    }

    [Fact]
    public void Another_text_than_the_one_read_is_refused()
    {
        string state = _folder["a.state"], text = _folder["a.txt"], other = _folder["other.txt"],
            longer = _folder["longer.txt"];
        File.WriteAllText(text, "the cat sat on a mat");
        File.WriteAllText(other, "the dog sat on a mat");
        File.WriteAllText(longer, "the cat sat on a mat on a mat");
        Assert.Equal(0, Tool.Run("read", Model, text, "--state", state).Code);
        Assert.Equal(0, Tool.Run("memory", state, "--text", text).Code);
        foreach (string wrong in (string[])[other, longer])
        {
            var outcome = Tool.Run("memory", state, "--text", wrong);
            Assert.Equal((1, ""), (outcome.Code, outcome.Out));
            Assert.Contains("not the text that the state has read", outcome.Error);
        }
    }

    [Fact]
    public void What_became_of_a_write_does_not_depend_on_how_many_are_shown()
    {
        string state = _folder["a.state"], text = _folder["a.txt"];
        File.WriteAllText(
            text, string.Join(' ', Enumerable.Range(0, 12)
                .Select(i => i % 3 == 0 ? "the cat sat on a mat" : "a dog ran")));
        Assert.Equal(0, Tool.Run("read", Model, text, "--state", state).Code);
        string[][] shown = [.. new[] { "8", "40" }.Select(last =>
            JsonDocument.Parse(
                Tool.Run("memory", state, "--text", text, "--last", last, "--json").Out).RootElement.GetProperty(
                    "heads").EnumerateArray()
                .SelectMany(head => head.GetProperty("tokens").EnumerateArray().TakeLast(8)
                    .Select(token => token.GetRawText())).ToArray())];
        Assert.Equal(4 * 8, shown[0].Length);
        Assert.Equal(shown[0], shown[1]);
    }

    [Fact]
    public void What_cannot_be_resumed_is_refused_and_left_as_it_is()
    {
        string state = _folder["a.state"];
        Made("generate", Model, "the cat", "--max-tokens", "5", "--save-state", state);
        Assert.Contains("another model", Tool.Run("generate", "constructed", "the", "--state", state).Error);
        byte[] file = File.ReadAllBytes(state);
        file[^40] ^= 1;
        File.WriteAllBytes(state, file);
        Assert.Contains("damaged", Tool.Run("generate", Model, "", "--state", state).Error);
        Assert.Contains("damaged", Tool.Run("memory", state).Error);
        Assert.Equal(file, File.ReadAllBytes(state));
    }

    [Fact]
    public void A_state_is_never_lost_unasked()
    {
        string state = _folder["a.state"], other = _folder["b.state"], text = _folder["text.txt"];
        File.WriteAllText(text, "the cat sat on a mat");
        Assert.Contains("There is no state", Tool.Run("generate", Model, "the", "--state", state).Error);
        Assert.Contains("no state", Tool.Run("read", Model, text, "--state", state, "--append").Error);
        Assert.Equal(0, Tool.Run("read", Model, text, "--state", state).Code);
        byte[] first = File.ReadAllBytes(state);
        Refused("--append", Tool.Run("read", Model, text, "--state", state));
        Refused("--force", Tool.Run("generate", Model, "the", "--save-state", state));
        Made("generate", Model, "the", "--greedy", "--max-tokens", "3", "--state", state, "--save-state", other);
        Refused("--force", Tool.Run("generate", Model, "the", "--state", other, "--save-state", state));
        Assert.Equal(2, Tool.Run("read", Model, text, "--state", state, "--append", "--force").Code);

        Assert.Equal(12, Length(Tool.Run("read", Model, text, "--state", state, "--append", "--json")));
        Assert.Equal(6, Length(Tool.Run("read", Model, text, "--state", state, "--force", "--json")));
        Assert.Equal(first, File.ReadAllBytes(state));
        Assert.Equal(0, Tool.Run("generate", Model, "the", "--save-state", state, "--force").Code);
        Assert.NotEqual(first, File.ReadAllBytes(state));

        void Refused(string way, Outcome outcome)
        {
            Assert.Equal(1, outcome.Code);
            Assert.Contains(way, outcome.Error);
            Assert.Equal(first, File.ReadAllBytes(state));
        }
    }

    /// <summary>One damaged weight, and the state that took an hour to read was overwritten with NaN.</summary>
    [Fact]
    public void What_is_not_finite_is_not_saved_and_the_layer_is_named()
    {
        string state = _folder["a.state"], text = _folder["text.txt"], weights = Path.Combine(Model,
            "model.safetensors");
        File.WriteAllText(text, "the cat sat");
        Assert.Equal(0, Tool.Run("read", Model, text, "--state", state).Code);
        byte[] before = File.ReadAllBytes(state), file = File.ReadAllBytes(weights);
        int header = 8 + (int)BitConverter.ToInt64(file);
        var tensors = JsonDocument.Parse(file.AsMemory(8, header - 8)).RootElement;
        var embedding = tensors.EnumerateObject().First(tensor =>
            tensor.Name.Contains("embed", StringComparison.Ordinal)).Value;
        // the first number of «dog»
        int at = header + embedding.GetProperty("data_offsets")[0].GetInt32() + 8 * 16 * sizeof(float);
        BitConverter.TryWriteBytes(file.AsSpan(at), float.NaN);
        File.WriteAllBytes(weights, file);

        File.WriteAllText(text, "a dog ran");
        var read = Tool.Run("read", Model, text, "--state", state, "--force");
        Assert.Equal(1, read.Code);
        Assert.Contains("layer 0", read.Error);
        Assert.Contains("NaN", read.Error);
        Assert.Equal(before, File.ReadAllBytes(state));
        Assert.Equal(["a.state", "text.txt"], _folder.Names);
        var made = Tool.Run("generate", Model, "a dog", "--max-tokens", "3");
        Assert.Equal(1, made.Code);
        Assert.Contains("NaN", made.Error);
    }

    [Fact]
    public void Stop_strings_end_the_text_before_them()
    {
        string text = Tool.Run("generate", "constructed", "once upon a", "--max-tokens", "20", "--seed", "3").Out;
        string stop = text.Split(' ')[6];
        string stopped = Tool.Run("generate", "constructed", "once upon a", "--max-tokens", "20", "--seed", "3",
            "--stop", stop).Out;
        Assert.StartsWith(stopped.TrimEnd(), text);
        Assert.DoesNotContain(stop, stopped["once upon a".Length..]);
    }

    [Theory]
    [InlineData("--top-p", "0", "at most 1")]
    [InlineData("--top-p", "1.5", "at most 1")]
    [InlineData("--top-k", "-1", "whole number")]
    public void Wrong_numbers_are_wrong_usage(string option, string value, string says)
    {
        var outcome = Tool.Run("generate", "constructed", "the", option, value);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(says, outcome.Error);
    }

    private static int Length(Outcome outcome) =>
        JsonDocument.Parse(outcome.Out).RootElement.GetProperty("length").GetInt32();

    private static int[] Made(params string[] args)
    {
        var outcome = Tool.Run([.. args, "--json"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        return [.. JsonDocument.Parse(outcome.Out).RootElement.GetProperty("made").EnumerateArray()
            .Select(token => token.GetInt32())];
    }
}
