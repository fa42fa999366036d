namespace Loci.Atlas.Export;

/// <summary>The files sentences and vocabulary.</summary>
internal static class TextTables
{
    public static Task<ParquetTable> SentencesAsync(AtlasFile atlas, string path, CancellationToken cancellation)
    {
        var sentence = new ValueColumn<long>("sentence");
        var text = new TextColumn("text");
        var tokens = new ValueColumn<int>("tokens");
        var cut = new ValueColumn<bool>("cut");
        return Writing.AllAsync(new(path, atlas.Manifest, cancellation, sentence, text, tokens, cut),
            atlas.AllSentences, each =>
        {
            sentence.Add(each.Id);
            text.Add(each.Text);
            tokens.Add(each.Tokens.Count);
            cut.Add(each.Cut);
        });
    }

    public static Task<ParquetTable> VocabularyAsync(AtlasFile atlas, string path, CancellationToken cancellation)
    {
        var token = new ValueColumn<int>("token");
        var text = new TextColumn("text");
        var next = new ValueColumn<long>("next_count");
        return Writing.AllAsync(new(path, atlas.Manifest, cancellation, token, text, next),
            atlas.Vocabulary.Select((each, id) => (Token: each, Id: id)), row =>
        {
            token.Add(row.Id);
            text.Add(row.Token.Text);
            next.Add(row.Token.NextCount);
        });
    }
}
