using System.Text;
using System.Text.Json;
using Loci.Tokenizers;

namespace Loci.Tests.Text.Tokenizers;

/// <summary>GPT-2's published vocabulary as a <c>tokenizer.json</c> in memory.</summary>
internal static class Gpt2Files
{
    private static readonly Lazy<Tokenizer> Shared = new(
        () => TokenizerJson.Parse(Json("""{"type":"ByteLevel","add_prefix_space":false}"""), "gpt2"));

    public static Tokenizer Tokenizer => Shared.Value;

    public static byte[] Json(string preTokenizer)
    {
        using var vocabulary = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("gpt2-bpe", "encoder.json")));
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("added_tokens");
            writer.WriteRawValue("""{"id":50256,"content":"<|endoftext|>","special":true,"normalized":false}""");
            writer.WriteEndArray();
            writer.WritePropertyName("pre_tokenizer");
            writer.WriteRawValue(preTokenizer);
            writer.WritePropertyName("decoder");
            writer.WriteRawValue("""{"type":"ByteLevel"}""");
            writer.WriteStartObject("model");
            writer.WritePropertyName("vocab");
            vocabulary.RootElement.WriteTo(writer);
            writer.WriteStartArray("merges");
            foreach (string line in File.ReadLines(SharedData.Require("gpt2-bpe", "vocab.bpe"), Encoding.UTF8).Skip(1))
                if (line.Length > 0) writer.WriteStringValue(line);
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }
}
