using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Loci.Memory.Numerics;
using Loci.Text;
using Loci.Tokenizers;
using Loci.Tokenizers.Training;
using Loci.Worlds;

namespace Loci.Torch.Runs;

/// <summary>
/// The text of a training: what is learned from, what is held out, and the tokenizer made for the former.
/// </summary>
/// <param name="Tokenizer">Learned from the training documents alone.</param>
/// <param name="Training">Every document behind a begin token.</param>
/// <param name="HeldOut">The same of the documents held out.</param>
public sealed record TrainingText(TrainedTokenizer Tokenizer, int[] Training, int[] HeldOut)
{
    private const double UsualShare = 0.01;

    /// <summary>The token that begins a text.</summary>
    public int Begin => Tokenizer.Tokenizer.BeginOfSequence!.Value;

    /// <summary>SHA-256 of both streams: what a checkpoint belongs to.</summary>
    public string Hash
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(MemoryMarshal.AsBytes<int>(Training));
            hash.AppendData(MemoryMarshal.AsBytes<int>(HeldOut));
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <summary>Refuses tokens that no network of this vocabulary has a row for.</summary>
    /// <exception cref="LociException">There is one; says which and where.</exception>
    public void CheckVocabulary()
    {
        int size = Tokenizer.Tokenizer.VocabularySize;
        foreach (var (name, stream) in ((string, int[])[])[("training", Training), ("held-out", HeldOut)])
        {
            int at = Array.FindIndex(stream, token => (uint)token >= (uint)size);
            if (at >= 0)
                throw new LociException(
                    $"Token {at} of the {name} text is {stream[at]}, outside the vocabulary of {size}.");
        }
    }

    /// <summary>Reads or makes the documents, learns the tokenizer and encodes.</summary>
    public static TrainingText Prepare(TrainingConfig config)
    {
        var corpus = config.Corpus;
        List<string> learned = [], held = [];
        if (corpus.HeldOutFiles is { } files)
        {
            learned.AddRange(Documents(corpus));
            held.AddRange(Read(files));
        }
        else
        {
            // Decides what a trained model was never shown: it stays.
            var random = RandomStream.Kept(config.Seed, "documents held out");
            double share = corpus.HeldOutShare ?? UsualShare;
            foreach (string document in Documents(corpus)) (random.NextDouble() < share ? held : learned).Add(document);
        }
        if (learned.Count == 0 || held.Count == 0)
            throw new LociException(
                $"The corpus has {learned.Count} documents to learn from and {held.Count} held out; there must be "
                + $"some of both.");
        var tokenizer = Learn(config.Tokenizer, learned);
        return new(tokenizer, Encode(tokenizer.Tokenizer, learned), Encode(tokenizer.Tokenizer, held));
    }

    private static IEnumerable<string> Documents(CorpusSettings corpus) => corpus.World is { } world
        ? World.Create(world.Seed).Documents(world.Documents, world.Words).Select(document => document.Text)
        : Read(corpus.Files!);

    private static IEnumerable<string> Read(IReadOnlyList<string> files) =>
        Corpus.Open(files).ReadDocuments().Select(document => document.Text);

    private static TrainedTokenizer Learn(TokenizerSettings settings, List<string> documents) => settings.Kind == "word"
        ? WordTrainer.Train(documents, settings.Vocabulary, settings.MinimumCount ?? 1)
        : BytePairTrainer.Train(documents, settings.Vocabulary, settings.MinimumCount ?? 2);

    private static int[] Encode(Tokenizer tokenizer, List<string> documents)
    {
        var stream = new List<int>();
        foreach (string document in documents)
        {
            stream.Add(tokenizer.BeginOfSequence!.Value);
            tokenizer.Encode(document, stream);
        }
        return [.. stream];
    }
}
