using Loci.Models;
using Loci.Text;

namespace Loci.Cli;

/// <summary>Opens what a person calls a corpus; the constructed model brings its own.</summary>
internal static class CorpusSource
{
    public static Corpus Open(Model model, string[] paths, string field) => Corpus.Open(paths, new CorpusOptions { Field = field });
}
