using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Models;
using Loci.Models.Constructed;
using Loci.Studies;
using Loci.Tests;
using Loci.Text;

namespace Loci.Reports.Tests;

/// <summary>A model, a text and their atlas, in a folder of their own.</summary>
internal sealed class ReadCase : IDisposable
{
    private readonly AtlasFile _atlas;

    public ReadCase(Model model, string[] sentences, StudyOptions options)
    {
        string text = Folder["<b>corpus.txt"];
        File.WriteAllLines(text, sentences);
        var corpus = Corpus.Open([text]);
        new AtlasBuilder(model, corpus, new() { Unit = SentenceUnit.Line },
            new() { Threads = options.Threads }).Build(Folder["a.atlas"]);
        _atlas = AtlasFile.Open(Folder["a.atlas"]);
        Source = StudySource.Open(model, _atlas, corpus, options);
    }

    public TemporaryFolder Folder { get; } = new();

    public StudySource Source { get; }

    public static ReadCase Constructed(int sentences = 200) =>
        new(Model.Open(Model.ConstructedName), [.. ConstructedLanguage.Sentences(2).Take(sentences)], new());

    public void Dispose()
    {
        _atlas.Dispose();
        Folder.Dispose();
    }
}
