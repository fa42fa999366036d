// A tokenizer alone: learn a byte-pair vocabulary, save it as tokenizer.json, read it back. The same call reads the
// tokenizer.json of a published model.
// Run it: dotnet run examples/tokenizer.cs
#:project ../src/Loci.Tokenizers

using Loci.Tokenizers;
using Loci.Tokenizers.Training;

string folder = Directory.CreateTempSubdirectory("loci-").FullName;
try
{
    string[] texts = ["the cat sat on the mat", "the cat ran after the rat", "that rat sat on the hat"];
    BytePairTrainer.Train(texts, vocabulary: 280).Save(folder);

    Tokenizer tokenizer = TokenizerJson.Load(Path.Combine(folder, "tokenizer.json"));
    List<int> ids = tokenizer.Encode("the cat sat on a hat");
    Console.WriteLine($"{tokenizer.VocabularySize} tokens");
    Console.WriteLine(string.Join(" ", ids.Select(tokenizer.Piece)));
    Console.WriteLine(tokenizer.Decode([.. ids]));
}
finally
{
    Directory.Delete(folder, recursive: true);
}

// Prints:
// 269 tokens
// the Ġcat Ġsat Ġon Ġ a Ġ h at
// the cat sat on a hat
