using Loci.Atlas.Storage;

namespace Loci.Atlas;

/// <summary>
/// Merges parts built apart, over blocks of sentences that together make the corpus, into the file that one build
/// would have given, byte for byte: lists of the strongest t form a monoid, counts and exact sums are integers.
/// </summary>
public static class AtlasMerge
{
    /// <summary>Merges all parts of one atlas, in any order.</summary>
    /// <param name="parts">The files.</param>
    /// <param name="path">The merged atlas; one that exists is replaced.</param>
    /// <param name="cancellation">Ends the merge; nothing is left behind.</param>
    /// <exception cref="LociException">
    /// A file is no part, parts differ in model, corpus or options, are given twice or missing; or reading or writing
    /// failed.
    /// </exception>
    public static void Write(IReadOnlyList<string> parts, string path, CancellationToken cancellation = default)
    {
        var atlases = new List<AtlasFile>();
        try
        {
            foreach (string part in parts) atlases.Add(AtlasFile.Open(part));
            var manifest = MergeManifests(atlases, path);
            atlases.Sort((a, b) => a.Manifest.Part!.Number.CompareTo(b.Manifest.Part!.Number));
            AtlasWriter.Write(new MergedAtlas(manifest, atlases), path, cancellation);
        }
        catch (Exception error) when (error is ArgumentException or OverflowException)
        {
            throw new LociException($"the parts of {path} contradict themselves: {error.Message}", error);
        }
        finally
        {
            foreach (var atlas in atlases) atlas.Dispose();
        }
    }

    private static AtlasManifest MergeManifests(List<AtlasFile> atlases, string path)
    {
        if (atlases.Count == 0) throw new LociException("there is nothing to merge: name the parts");
        var common = Common(atlases[0].Manifest);
        var rows = ManifestRows.Write(common).ToDictionary();
        var byNumber = new Dictionary<int, AtlasFile>();
        int of = atlases[0].Manifest.Part?.Of ?? 0;
        foreach (var atlas in atlases)
        {
            if (atlas.Manifest.Part is not { } part)
                throw new LociException($"{atlas.Path} is a whole atlas, not a part of one");
            if (part.Of != of || part.Number < 1 || part.Number > of)
                throw new LociException($"{atlas.Path} is {part}, but {atlases[0].Path} is {atlases[0].Manifest.Part}");
            if (!byNumber.TryAdd(part.Number, atlas))
                throw new LociException($"{atlas.Path} and {byNumber[part.Number].Path} are both {part}");
            foreach (var (key, json) in ManifestRows.Write(Common(atlas.Manifest)))
                if (rows.GetValueOrDefault(key) != json)
                    throw new LociException(
                        $"{atlas.Path} and {atlases[0].Path} do not belong together: {key} is {json} in one, "
                        + $"{rows.GetValueOrDefault(key, "absent")} in the other");
            if (atlas.Manifest.MaxSentences != common.MaxSentences)
                throw new LociException(
                    $"{atlas.Path} and {atlases[0].Path} do not belong together: max_sentences differs");
        }
        if (byNumber.Count < of)
        {
            var missing = Enumerable.Range(1, of).Where(number => !byNumber.ContainsKey(number));
            throw new LociException($"of {of} parts, these are missing: {string.Join(", ", missing.Take(20))}");
        }
        var first = byNumber[1];
        return common with
        {
            ModelPlace = first.Manifest.ModelPlace is { } place ? KeptPlaces.Move(place, first.Path, path) : null,
            Corpus = [.. first.Manifest.Corpus.Select(file =>
                file with { Place = file.Place is { } at ? KeptPlaces.Move(at, first.Path, path) : null })],
            Sentences = atlases.Sum(atlas => atlas.Manifest.Sentences),
            Prefixes = atlases.Sum(atlas => atlas.Manifest.Prefixes),
            SentencesCut = atlases.Sum(atlas => atlas.Manifest.SentencesCut),
            InvalidCharacters = atlases.Sum(atlas => atlas.Manifest.InvalidCharacters),
        };
    }

    /// <summary>
    /// What all parts share. Where model and text lay is not of it: parts may be built on several machines.
    /// </summary>
    private static AtlasManifest Common(AtlasManifest manifest) => manifest with
    {
        Part = null, Sentences = 0, Prefixes = 0, SentencesCut = 0, InvalidCharacters = 0, Format =
            AtlasManifest.CurrentFormat,
        ModelPlace = null, Corpus = [.. manifest.Corpus.Select(file => file with { Place = null })],
    };
}
