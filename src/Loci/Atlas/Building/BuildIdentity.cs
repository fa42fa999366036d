using System.Text;

namespace Loci.Atlas.Building;

/// <summary>What a build is of, as lines of text: two builds with the same lines give the same atlas.</summary>
internal static class BuildIdentity
{
    public static string Of(AtlasManifest manifest)
    {
        var lines = new StringBuilder();
        lines.Append("version ").AppendLine(manifest.LociVersion);
        lines.Append("model ").AppendLine(manifest.ModelHash);
        lines.Append("tokenizer ").AppendLine(manifest.Spec.TokenizerHash);
        foreach (var file in manifest.Corpus) lines.Append("corpus ").AppendLine(file.Sha256);
        lines.Append("reading ").AppendLine(manifest.Reading);
        lines.Append("unit ").AppendLine(manifest.Unit);
        lines.Append("max sentences ").Append(manifest.MaxSentences).AppendLine();
        lines.Append("top ").Append(manifest.Top).AppendLine();
        lines.Append("value tokens ").Append(manifest.ValueTokens).AppendLine();
        lines.Append("part ").Append(manifest.Part).AppendLine();
        return lines.ToString().ReplaceLineEndings("\n");
    }

    /// <summary>The first line that differs, in words.</summary>
    public static string Difference(string found, string wanted)
    {
        string[] a = found.Split('\n'), b = wanted.Split('\n');
        int at = Enumerable.Range(0, Math.Max(a.Length, b.Length))
            .First(i => i >= a.Length || i >= b.Length || a[i] != b[i]);
        return $"it has «{(at < a.Length ? a[at] : "nothing")}» where this build has "
            + $"«{(at < b.Length ? b[at] : "nothing")}».";
    }
}
