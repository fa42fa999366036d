namespace Loci.Atlas.Export;

/// <summary>The file sentences.</summary>
internal static class TextTables
{
    public static Task<ParquetTable> SentencesAsync(AtlasFile atlas, string path, CancellationToken cancellation)
    {
        var sentence = new ValueColumn<long>("sentence");
        var text = new TextColumn("text");
        var tokens = new ValueColumn<int>("tokens");
        var cut = new ValueColumn<bool>("cut");
        return Writing.AllAsync(new(path, cancellation, sentence, text, tokens, cut), atlas.AllSentences, each =>
        {
            sentence.Add(each.Id);
            text.Add(each.Text);
            tokens.Add(each.Tokens.Count);
            cut.Add(each.Cut);
        });
    }
}
