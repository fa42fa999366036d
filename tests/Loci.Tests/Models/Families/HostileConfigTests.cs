using System.Text.Json.Nodes;
using CsCheck;
using Loci.Models;

namespace Loci.Tests.Models.Families;

/// <summary>
/// Whatever a config says, opening the model gives a typed error or succeeds: no crash, no
/// hang, no memory beyond reason.
/// </summary>
public class HostileConfigTests
{
    /// <summary>
    /// Packing widens and pads, opening copies the headers: some multiple of the tiny checkpoints, all below 2 MB.
    /// </summary>
    private const long MostBytes = 32 << 20;

    private static readonly string[] s_values =
    [
        "null", "true", "false", "-1", "0", "1", "2", "3", "7", "8", "16", "1000", "65536", "16777216", "2147483647",
        "9223372036854775807", "99999999999999999999",
        "-0.5", "0.25", "1.5", "1e-300", "1e-45", "1e38", "1e308", "1e999", "\"\"", "\"silu\"", "\"gelu_new\"",
        "\"nonsense\"", "\"sliding_attention\"", "[]", "[[[]]]",
        "[1]", "[\"full_attention\"]", "{}", "{\"rope_type\":\"llama3\"}",
        "{\"rope_type\":\"linear\",\"factor\":1e-300}", "{\"rope_type\":\"yarn\"}",
        "\"gpt2\"", "\"opt\"", "\"gpt_neox\"", "\"llama\"", "\"mistral\"", "\"qwen2\"", "\"qwen3\"", "\"gemma2\"",
    ];

    public static TheoryData<string> Families => Golden.Families;

    [Theory, MemberData(nameof(Families))]
    public void Damaged_configs_give_typed_errors(string family)
    {
        using var folder = new TemporaryFolder();
        foreach (string file in
            Directory.GetFiles(Golden.Folder(family))
                .Where(f => Path.GetFileName(f).StartsWith("model", StringComparison.Ordinal)))
            File.Copy(file, folder[Path.GetFileName(file)]);
        string valid = File.ReadAllText(Path.Combine(Golden.Folder(family), "config.json"));
        string[] fields =
        [
            .. JsonNode.Parse(valid)!.AsObject().Select(field => field.Key), "rope_scaling", "sliding_window",
            "head_dim", "quantization_config",
        ];

        Gen.Select(Gen.Int[0, fields.Length - 1], Gen.Int[-1, s_values.Length - 1]).Array[1, 3].Sample(edits =>
        {
            string config = Edited(valid, fields, edits);
            File.WriteAllText(folder["config.json"], config);
            long before = GC.GetTotalAllocatedBytes();
            try
            {
                Model.Open(folder.Path);
            }
            catch (LociException)
            {
            }
            // Other tests allocate as well; only what this one does again counts.
            long allocated = GC.GetTotalAllocatedBytes() - before;
            if (allocated > MostBytes)
                Assert.True(Allocated(folder.Path) < MostBytes, $"{allocated} bytes for {config}");
        }, iter: 100, threads: 1, seed: "0000KOIXPhL4");
    }

    [Theory]
    [InlineData("llama", "\"num_hidden_layers\":16777216", "num_hidden_layers is 16777216")]
    [InlineData("llama", "\"head_dim\":16777216", "16777216 dimensions make no sense")]
    [InlineData("gpt2", "\"\\ud800\":1", "holds text that is none")]
    [InlineData("gpt2", "\"activation_function\":\"\\udc00\"", "holds text that is none")]
    public void Configs_that_once_did_harm(string family, string field, string says)
    {
        using var folder = new TemporaryFolder();
        var valid = JsonNode.Parse(File.ReadAllText(Path.Combine(Golden.Folder(family), "config.json")))!.AsObject();
        valid.Remove(field.Split('"')[1]);
        File.WriteAllText(folder["config.json"], $"{valid.ToJsonString()[..^1]},{field}}}");
        File.Copy(Path.Combine(Golden.Folder("gpt2"), "model.safetensors"), folder["model.safetensors"]);
        Assert.Contains(says, Assert.Throws<InvalidFileException>(() => Model.Open(folder.Path)).Message);
    }

    [Fact]
    public void Bytes_that_are_not_a_config_give_typed_errors()
    {
        using var folder = new TemporaryFolder();
        byte[] valid = File.ReadAllBytes(Path.Combine(Golden.Folder("gpt2"), "config.json"));
        File.Copy(Path.Combine(Golden.Folder("gpt2"), "model.safetensors"), folder["model.safetensors"]);
        var random = new Random(6);
        for (int i = 0; i < 500; i++)
        {
            folder.Write("config.json", Mutation.Of(valid, random));
            try
            {
                Model.Open(folder.Path);
            }
            catch (LociException)
            {
            }
        }
    }

    // Text and not numbers, so that 1e999 and 99999999999999999999 stay as they are.
    private static string Edited(string valid, string[] fields, (int Field, int Value)[] edits)
    {
        var config = JsonNode.Parse(valid)!.AsObject();
        foreach (var (field, value) in edits)
            if (value < 0) config.Remove(fields[field]);
            else config[fields[field]] = $"@{value}@";
        string text = config.ToJsonString();
        for (int value = 0; value < s_values.Length; value++) text = text.Replace($"\"@{value}@\"", s_values[value]);
        return text;
    }

    private static long Allocated(string path)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Model.Open(path);
        }
        catch (LociException)
        {
        }
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
