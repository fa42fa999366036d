#pragma warning disable
using Loci.Atlas;
namespace Loci.Text;
public enum SentenceUnit { Sentence, Line, Document }
public record struct Sentence(long Index, string Text);
public class CorpusStatistics { public long Replaced; }
public sealed class Corpus
{
    string[] _paths;
    public IReadOnlyList<CorpusFile> Files { get; init; }
    public CorpusStatistics Statistics { get; } = new();
    public static Corpus Open(IReadOnlyList<string> paths) => new() { _paths = [.. paths], Files = [.. paths.Select(p => new CorpusFile(Path.GetFileName(p), Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(p))), new FileInfo(p).Length))] };
    public IEnumerable<Sentence> Sentences(SentenceUnit u, long? max)
    {
        long n = 0;
        foreach (var p in _paths) foreach (var l in File.ReadLines(p)) foreach (var s in l.Split(". "))
        { if (s.Trim().Length == 0) continue; if (n >= (max ?? long.MaxValue)) yield break; yield return new(n++, s.Trim() + " ."); }
    }
}
