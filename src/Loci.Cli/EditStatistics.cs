using Loci.Atlas.Building;
using Loci.Editing;
using Loci.Models;
using Loci.Text;

namespace Loci.Cli;

/// <summary>The statistics that an edit is solved with: those a person names, or a built-in model's own.</summary>
internal static class EditStatistics
{
    /// <summary>
    /// What a method is solved with: the named file, else the default one; null where it can do without.
    /// </summary>
    public static KeyStatistics? For(
        Model model, string? named, EditMethod method, Compute compute, ProgressLine line)
    {
        if (named is not null) return KeyStatistics.Load(named);
        return Here(model) ?? (method.NeedsStatistics ? Own(model, PathOf(model.BaseName), compute, line) : null);
    }

    /// <summary>Where a model's statistics lie unless another place is named.</summary>
    public static string PathOf(string model) => $"{EditRequests.FileName(model)}.keys";

    /// <summary>Those that lie there; null without.</summary>
    public static KeyStatistics? Here(Model model) =>
        PathOf(model.BaseName) is var path && File.Exists(path) ? KeyStatistics.Load(path) : null;

    /// <summary>
    /// Statistics of every layer over a built-in model's own text, gathered where they are not there yet.
    /// </summary>
    public static KeyStatistics Own(Model model, string path, Compute compute, ProgressLine line)
    {
        if (File.Exists(path)) return KeyStatistics.Load(path);
        string text = OwnText.Of(model)
            ?? throw new LociException(
                $"{model.Name} has no statistics of keys yet. "
                + $"«loci edit statistics {model.Name} --corpus FILE» gathers "
                + "them; «--method delta» needs none.");
        string corpus = Path.Combine(Path.GetTempPath(), $"loci-{Guid.NewGuid():n}.txt");
        try
        {
            AtomicFile.Write(corpus, System.Text.Encoding.UTF8.GetBytes(text));
            return new KeyStatisticsBuilder(
                model, Corpus.Open([corpus]), [.. Enumerable.Range(0, model.Spec.Layers)],
                new AtlasOptions { Unit = SentenceUnit.Line }).Build(
                path, compute, new ImmediateProgress<long>(tokens =>
                    line.Show($"gathering statistics of keys once, into {path}: {tokens:N0} tokens")));
        }
        finally
        {
            File.Delete(corpus);
        }
    }
}
