namespace Loci.Fuzz;

/// <summary>One reader under test.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Seed">A small valid input.</param>
/// <param name="Read">
/// Reads any bytes. A <see cref="LociException"/> is the right answer to bad ones; every other exception is a finding.
/// </param>
internal sealed record Target(string Name, byte[] Seed, Action<byte[]> Read)
{
    /// <summary>Every target, in the order of the help text.</summary>
    public static IReadOnlyList<Target> All { get; } =
    [
        Targets.SafetensorsTarget.Target, Targets.ShardIndexTarget.Target, Targets.Llama2cTarget.Target,
        Targets.GgufTarget.Target, Targets.TorchTarget.Zip, Targets.TorchTarget.Legacy,
        Targets.HubReplyTarget.Target,
        Targets.TokenizerJsonTarget.Target, Targets.Llama2cTokenizerTarget.Target, Targets.ConfigTarget.Target,
        Targets.GenerationConfigTarget.Target, Targets.TokenizerSidecarsTarget.Target,
        Targets.VocabularyAndMergesTarget.Target, Targets.SentencePieceTarget.Target,
        Targets.CorpusTarget.Text, Targets.CorpusTarget.Lines, Targets.CorpusTarget.Array,
    ];

    /// <summary>Reads an input; typed errors are swallowed.</summary>
    public void Try(byte[] input)
    {
        try
        {
            Read(input);
        }
        catch (LociException)
        {
        }
    }

    /// <summary>Reports a promise that a reader has broken.</summary>
    public static void Require(bool holds, string promise)
    {
        if (!holds) throw new InvalidOperationException($"broken promise: {promise}");
    }
}
