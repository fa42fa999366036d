using System.Text.Json;
using System.Text.Json.Serialization;
using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Models;
using Loci.Models.Constructed;
using Loci.Studies;
using Loci.Tests.Models;
using Loci.Text;

namespace Loci.Tests.Studies;

/// <summary>A model, its atlas over a few lines of text, and the text.</summary>
internal sealed class StudyCase : IDisposable
{
    private static readonly JsonSerializerOptions s_json =
        new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly TemporaryFolder _folder = new();
    private readonly AtlasFile _atlas;

    public StudyCase(Model model, IEnumerable<string> lines, int top = 50)
    {
        File.WriteAllLines(_folder["corpus.txt"], lines);
        var corpus = Corpus.Open([_folder["corpus.txt"]]);
        new AtlasBuilder(model, corpus, new() { Top = top, Unit = SentenceUnit.Line }, new() { Threads = 2 })
            .Build(_folder["a.atlas"]);
        _atlas = AtlasFile.Open(_folder["a.atlas"]);
        Source = StudySource.Open(model, _atlas, corpus, new());
    }

    public StudySource Source { get; }

    public StudyText Text => Source.Text;

    public Model Model => Source.Model;

    /// <summary>Every prefix of the text.</summary>
    public IEnumerable<Prefix> Prefixes => Enumerable.Range(0, Text.Prefixes).Select(Text.At);

    public static StudyCase Constructed(int sentences = 150, int seed = 11, int top = 50) =>
        new(Model.Open(Model.ConstructedName), ConstructedLanguage.Sentences(seed).Take(sentences), top);

    public static StudyCase Random(int seed, int sentences = 6, int top = 7) =>
        new(RandomModel.Create(seed), RandomModel.Sentences(seed, sentences), top);

    /// <summary>All numbers of a result, to compare two.</summary>
    public static string Numbers<T>(T result) => JsonSerializer.Serialize(result, s_json);

    public void Dispose()
    {
        _atlas.Dispose();
        _folder.Dispose();
    }
}
