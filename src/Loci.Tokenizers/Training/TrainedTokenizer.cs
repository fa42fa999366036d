using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Loci.Tokenizers.Training;

/// <summary>
/// A tokenizer learned from text, with the two files that keep it: <c>tokenizer.json</c> and
/// <c>tokenizer_config.json</c>, as Hugging Face's library and <see cref="TokenizerJson"/> open them. One token begins
/// every text and ends the one before, as in GPT-2's training.
/// </summary>
public sealed class TrainedTokenizer
{
    private static readonly JsonSerializerOptions s_format =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly byte[] _json, _configuration;

    internal TrainedTokenizer(JsonObject json, string begin, string? unknown)
    {
        _json = Bytes(json);
        var configuration = new JsonObject
        {
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
            ["bos_token"] = begin,
            ["eos_token"] = begin,
            ["add_bos_token"] = true,
            ["clean_up_tokenization_spaces"] = false,
        };
        if (unknown is not null) configuration["unk_token"] = unknown;
        _configuration = Bytes(configuration);
        // Read from what would be saved: the two cannot differ.
        Tokenizer = TokenizerJson.Parse(_json, "the trained tokenizer", _configuration);
    }

    /// <summary>The tokenizer itself.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Writes both files into a folder, which is made if it is not there.</summary>
    /// <exception cref="LociException">The folder cannot be made, or a file not written.</exception>
    public void Save(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"{folder} cannot be made: {e.Message}", e);
        }
        AtomicFile.Write(Path.Combine(folder, "tokenizer.json"), _json);
        AtomicFile.Write(Path.Combine(folder, "tokenizer_config.json"), _configuration);
    }

    /// <summary>
    /// The parts both kinds share: the begin token, which is special, and the template that puts it before a text.
    /// </summary>
    internal static JsonObject Frame(
        string begin, int beginId, JsonNode? normalizer, JsonNode preTokenizer, JsonNode decoder,
        JsonObject model) => new()
    {
        ["version"] = "1.0",
        ["truncation"] = null,
        ["padding"] = null,
        ["added_tokens"] = new JsonArray(new JsonObject
        {
            ["id"] = beginId, ["content"] = begin, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false,
            ["normalized"] = false, ["special"] = true,
        }),
        ["normalizer"] = normalizer,
        ["pre_tokenizer"] = preTokenizer,
        ["post_processor"] = new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Begin(begin, 0), Text("A", 0)),
            ["pair"] = new JsonArray(Begin(begin, 0), Text("A", 0), Text("B", 1)),
            ["special_tokens"] = new JsonObject
            {
                [begin] = new JsonObject
                {
                    ["id"] = begin, ["ids"] = new JsonArray(beginId), ["tokens"] = new JsonArray(begin),
                },
            },
        },
        ["decoder"] = decoder,
        ["model"] = model,
    };

    private static JsonObject Begin(string token, int type) =>
        new() { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = type } };

    private static JsonObject Text(string name, int type) =>
        new() { ["Sequence"] = new JsonObject { ["id"] = name, ["type_id"] = type } };

    private static byte[] Bytes(JsonObject json) =>
        System.Text.Encoding.UTF8.GetBytes(json.ToJsonString(s_format) + "\n");
}
