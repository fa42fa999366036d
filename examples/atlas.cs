// Build an atlas of a model's cells over a corpus, then ask it: which cells know a word, and what fires one of them?
// Run it: dotnet run examples/atlas.cs
#:project ../src/Loci

using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Models;
using Loci.Models.Constructed;
using Loci.Text;

string folder = Directory.CreateTempSubdirectory("loci-").FullName;
try
{
    string text = Path.Combine(folder, "corpus.txt"), path = Path.Combine(folder, "small.atlas");
    File.WriteAllLines(text, ConstructedLanguage.Sentences(1).Take(500));

    var options = new AtlasOptions { Top = 5, Unit = SentenceUnit.Line };
    new AtlasBuilder(Model.Open("constructed"), Corpus.Open([text]), options, new()).Build(path);

    using var atlas = AtlasFile.Open(path);
    var found = atlas.Search("harbour", limit: 2);
    Console.WriteLine($"{found.TriggerCells} cells fire on «harbour»");
    foreach (var match in found.Triggers)
    {
        var trigger = match.Triggers[0].Trigger;
        string prefix = atlas.Sentence(trigger).Prefix(trigger.Position);
        string promotes = atlas.Token(atlas.Cell(match.Cell).Value.Folded.Top.Prediction).Text;
        Console.WriteLine($"{match.Cell} fires on «{prefix}» and promotes «{promotes}»");
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

// Prints:
// 7 cells fire on «harbour»
// L0/2 fires on « day and night , the captain anchored under the harbour» and promotes « harbour»
// L0/26 fires on « the sail drifted with the sailor under the harbour by and» and promotes « by»
