using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Models;
using Loci.Models.Constructed;
using Loci.Studies;
using Loci.Tests.Models;
using Loci.Text;

namespace Loci.Tests.Studies;

/// <summary>A model, a text and its atlas, built for one test.</summary>
internal sealed class BuiltSource : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>A random model of any geometry over random sentences.</summary>
    public BuiltSource(int seed)
        : this(RandomModel.Create(seed), RandomModel.Sentences(seed, 40))
    {
    }

    /// <summary>A model over lines of text.</summary>
    public BuiltSource(Model model, IEnumerable<string> sentences)
    {
        string text = _folder["text.txt"], path = _folder["built.atlas"];
        File.WriteAllLines(text, sentences);
        var corpus = Corpus.Open([text]);
        new AtlasBuilder(model, corpus, new() { Top = 10, Unit = SentenceUnit.Line }, new() { Threads = 1 }).Build(path);
        Source = StudySource.Open(model, AtlasFile.Open(path), corpus, new());
    }

    /// <summary>The constructed model over its own language.</summary>
    public static BuiltSource Constructed() => new(Model.Open(Model.ConstructedName), ConstructedLanguage.Sentences(1).Take(300));

    public StudySource Source { get; }

    public void Dispose()
    {
        Source.Atlas.Dispose();
        _folder.Dispose();
    }
}
