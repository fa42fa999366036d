using System.Text;
using Loci.Memory.Recall;
using Loci.Models;
using Loci.Text;

namespace Loci.Atlas.Building;

/// <summary>
/// A finished build as the contents of an atlas: recall and values joined cell by cell, sentences read again.
/// </summary>
internal sealed class BuiltAtlas(
    AtlasManifest manifest, Model model, BuildState state,
    Func<IReadOnlyList<long>, IEnumerable<TokenizedSentence>> read,
    ValueReader values, Action<long, long> progress) : IAtlasSource
{
    public AtlasManifest Manifest => manifest;

    public IEnumerable<VocabularyToken> Vocabulary
    {
        get
        {
            var bytes = new List<byte>();
            for (int t = 0; t < model.Spec.Vocabulary; t++)
            {
                bytes.Clear();
                model.Tokenizer!.DecodeBytes(t, bytes);
                string text = bytes.Count > 0 ? Encoding.UTF8.GetString([.. bytes]) : model.Tokenizer.Piece(t);
                yield return new(text.Replace('\0', '\uFFFD'), state.NextTokens[t]);
            }
        }
    }

    public IEnumerable<AtlasCell> Cells
    {
        get
        {
            long done = 0, all = model.Spec.TotalCells;
            for (int l = 0; l < model.Spec.Layers; l++)
            {
                var recall = state.Layers[l];
                var routed = new RoutedPrefixes(recall, model.Spec.Blocks[l].Cells);
                int i = 0;
                foreach (var value in values.Read(l))
                {
                    var (statistics, histogram) = routed.Of(i);
                    yield return new(
                        l, i, statistics, histogram,
                        recall.Triggers(i, Pole.Positive), recall.Triggers(i, Pole.Negative), value);
                    i++;
                    progress(++done, all);
                }
            }
        }
    }

    public IEnumerable<AtlasSentence> Sentences(IReadOnlyList<long> ids) => read(ids).Select(sentence =>
        AtlasSentence.FromTokens(sentence.Id, sentence.Tokens, model.Tokenizer!.DecodeBytes, sentence.Cut));
}
