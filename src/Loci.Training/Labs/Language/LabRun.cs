using System.Text;
using System.Text.Json.Nodes;
using Loci.Torch.Networks;
using Loci.Torch.Runs;

namespace Loci.Training.Labs.Language;

/// <summary>One training of a table: an ordinary config with a folder of its own beside it.</summary>
/// <param name="Model">The model.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Config">What <c>loci-train CONFIG</c> would train.</param>
internal sealed record LabRun(LanguageModel Model, int Seed, TrainingConfig Config)
{
    private const string DivergedName = "diverged.json";

    public string Name => $"{Model.Name} seed {Seed}";

    /// <summary>
    /// The config as a file. While this laboratory trains it, the file is held open for that process alone.
    /// </summary>
    public string ConfigPath => Config.Out + ".json";

    private string DivergedPath => Path.Combine(Config.Out, DivergedName);

    /// <summary>Parameters of the network for a vocabulary.</summary>
    public long Parameters(int vocabulary)
    {
        using var network = new TorchTransformer(SpecOfSettings.Create(Config.Model, vocabulary, 0));
        return network.Parameters.Parameters.Sum(parameter => (long)parameter.Count);
    }

    /// <summary>Writes the config where it does not stand yet.</summary>
    public void WriteConfig()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(ConfigFile.Write(Config) + "\n");
        try
        {
            if (File.Exists(ConfigPath) && File.ReadAllBytes(ConfigPath).AsSpan().SequenceEqual(bytes)) return;
        }
        catch (IOException)
        {
            return; // held by a process that trains it, and wrote it
        }
        AtomicFile.Write(ConfigPath, bytes);
    }

    /// <summary>Holds the run for this process; null while another one does.</summary>
    public FileStream? Claim()
    {
        try
        {
            return new(ConfigPath, FileMode.Open, FileAccess.Read, FileShare.None);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return null;
        }
    }

    /// <summary>What came out; null while there is nothing.</summary>
    /// <param name="textHash">Of the text it must have read.</param>
    public LabResult? Result(string textHash)
    {
        if (File.Exists(DivergedPath) && JsonNode.Parse(File.ReadAllBytes(DivergedPath)) is JsonObject diverged
            && diverged["identity"]?.ToString() == Identity(textHash))
            return new(this, double.NaN, 0, double.NaN, double.NaN, diverged["message"]?.ToString());
        if (TrainingRun.Finished(Config, textHash) is not { } record) return null;
        return new(
            this, record["final_held_out_loss"]!.GetValue<double>(), record["tokens_seen"]!.GetValue<long>(),
            record["tokens_per_second"]?.GetValue<double>() ?? double.NaN,
            record["tokens_per_processor_second"]?.GetValue<double>() ?? double.NaN, null);
    }

    /// <summary>Keeps that the training ended in numbers that are not finite: a result as well.</summary>
    public void WriteDiverged(string textHash, string message) => AtomicFile.Write(
        DivergedPath, Encoding.UTF8.GetBytes(
            new JsonObject { ["identity"] = Identity(textHash), ["message"] = message }.ToJsonString() + "\n"));

    private string Identity(string textHash) => $"{ConfigFile.Write(Config)}\n{textHash}";
}

/// <summary>What a run came to.</summary>
/// <param name="Run">The run.</param>
/// <param name="Loss">Nats a token of the held-out text; NaN where it diverged.</param>
/// <param name="Tokens">Learned from.</param>
/// <param name="TokensPerSecond">Of training, since it was last taken up.</param>
/// <param name="TokensPerProcessorSecond">By the processor time it got.</param>
/// <param name="Diverged">Where and how, or null.</param>
internal sealed record LabResult(LabRun Run, double Loss, long Tokens, double TokensPerSecond,
    double TokensPerProcessorSecond, string? Diverged)
{
    public double Perplexity => Math.Exp(Loss);
}
