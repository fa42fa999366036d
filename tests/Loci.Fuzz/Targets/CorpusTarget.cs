using Loci.Text;

namespace Loci.Fuzz.Targets;

/// <summary>A text file under a name of every format: its documents come out whole.</summary>
internal static class CorpusTarget
{
    public static Target Text { get; } = new(
        "corpus-text", [0xFF, 0xFE, .. System.Text.Encoding.Unicode.GetBytes("One. Two é 😀.\n\nThree\n")],
        input => Read(input, ".txt"));

    public static Target Lines { get; } = new(
        "corpus-jsonl", "{\"id\":1,\"text\":\"a \\u00e9\"}\n\"b\\ud83d\\ude00\"\n"u8.ToArray(),
        input => Read(input, ".jsonl"));

    public static Target Array { get; } = new(
        "corpus-json", "[{\"id\":[1,{}],\"text\":\"a\"},\"b\"]"u8.ToArray(), input => Read(input, ".json"));

    private static void Read(byte[] input, string extension)
    {
        string path = Path.Combine(Path.GetTempPath(), $"loci-fuzz-{Environment.ProcessId}{extension}");
        try
        {
            File.WriteAllBytes(path, input);
            foreach (var document in
                Corpus.Open([path], new() { AllowInvalid = input.Length % 2 == 0 }).ReadDocuments())
                Target.Require(!document.Text.Contains('\0'), "no NUL comes out");
            if (extension == ".txt") TextFile.ReadAll(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
