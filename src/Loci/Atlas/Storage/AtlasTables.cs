using Loci.Atlas.Agreement;
using Microsoft.Data.Sqlite;

namespace Loci.Atlas.Storage;

/// <summary>The writing of one atlas, table by table, in a fixed order.</summary>
internal sealed class AtlasTables(IAtlasSource source, SqliteConnection database, CancellationToken cancellation)
{
    // What is rewritten from an older file is of the current format.
    private readonly AtlasManifest _manifest = source.Manifest with { Format = AtlasManifest.CurrentFormat };
    private readonly Dictionary<string, TableCheck> _checks = [];

    /// <param name="maxPages">Most pages of the file, as on a disk of that size; null: any number.</param>
    public void Write(int? maxPages)
    {
        Execute(Schema.Settings);
        foreach (string table in Schema.Tables(AtlasManifest.CurrentFormat)) Execute(table);
        if (maxPages is { } pages) Execute($"PRAGMA max_page_count = {pages}");
        Execute("BEGIN");
        WriteManifest();
        var frequency = WriteVocabulary();
        var contents = WriteCells();
        WriteTokenCells(contents);
        var pool = WriteSentences(contents);
        WriteAgreement(pool, frequency);
        Execute("INSERT INTO sentence_index (sentence_index) VALUES ('rebuild')");
        cancellation.ThrowIfCancellationRequested();
        Execute("INSERT INTO sentence_index (sentence_index) VALUES ('optimize')");
        Execute("COMMIT"); // with which FTS5 writes what it still holds
        Execute("BEGIN");
        _checks[IndexCheck.Name] = IndexCheck.Of(database);
        TableChecks.Write(database, _checks);
        Execute("COMMIT");
    }

    private void WriteManifest()
    {
        using var rows = new RowWriter(database, "manifest", 2, _checks);
        foreach (var (key, json) in ManifestRows.Write(_manifest)) rows.Add(key).Add(json).End();
    }

    private double[] WriteVocabulary()
    {
        using var rows = new RowWriter(database, "vocabulary", 3, _checks);
        var counts = new List<double>();
        foreach (var token in source.Vocabulary)
        {
            cancellation.ThrowIfCancellationRequested();
            rows.Add((long)counts.Count).Add(token.Text).Add(token.NextCount).End();
            counts.Add(token.NextCount);
        }
        if (counts.Count != _manifest.Spec.Vocabulary)
            throw new ArgumentException($"{counts.Count} tokens for a vocabulary of {_manifest.Spec.Vocabulary}");
        double total = counts.Sum();
        return total == 0 ? [] : [.. counts.Select(count => count / total)];
    }

    private PostingPass WriteCells()
    {
        var contents = new PostingPass(_manifest.Spec);
        using var writer = new CellWriter(database, _manifest, _checks);
        foreach (var cell in source.Cells)
        {
            cancellation.ThrowIfCancellationRequested();
            writer.Write(cell);
            contents.Add(cell);
        }
        writer.Complete();
        return contents;
    }

    private void WriteTokenCells(PostingPass contents)
    {
        using var rows = new RowWriter(database, "token_cells", 2, _checks);
        using var cells = Cells();
        foreach (var (token, list) in contents.ByToken(cells))
        {
            cancellation.ThrowIfCancellationRequested();
            rows.Add((long)token).Add(list.ToArray()).End();
        }
    }

    private TokenPool WriteSentences(PostingPass contents)
    {
        using var rows = new RowWriter(database, "sentences", 5, _checks);
        using var cells = Cells();
        var pool = new TokenPool();
        long[] ids = contents.Sentences();
        using var sentences = source.Sentences(ids).GetEnumerator();
        foreach (var (id, list) in contents.BySentence(cells, ids))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!sentences.MoveNext()) throw new ArgumentException($"sentence {id} is missing");
            var sentence = sentences.Current;
            if (sentence.Id != id) throw new ArgumentException($"sentence {sentence.Id} was not the one asked for");
            foreach (int token in sentence.Tokens)
                if (token < 0 || token >= _manifest.Spec.Vocabulary)
                    throw new ArgumentException($"sentence {sentence.Id} has token {token}, outside the vocabulary");
            rows.Add(id).Add(sentence.Text).Add(SentenceTokens.Encode(sentence)).Add(sentence.Cut).Add(
                list.ToArray()).End();
            pool.Add(sentence);
        }
        if (sentences.MoveNext()) throw new ArgumentException(
            $"sentence {sentences.Current.Id} was not the one asked for");
        return pool;
    }

    private void WriteAgreement(TokenPool pool, double[] frequency)
    {
        var tallies = new AtlasAgreement(_manifest, pool, frequency);
        using (var stored = Cells())
            foreach (var cell in stored.All())
            {
                cancellation.ThrowIfCancellationRequested();
                tallies.Add(cell);
            }
        AgreementRows.Write(database, _manifest, tallies.Complete(), _checks);
    }

    // The cells are read back from the file: none of the passes over them needs them in memory.
    private CellReader Cells() =>
        new(database, database.DataSource, _manifest, AtlasManifest.CurrentFormat, checks: null);

    private void Execute(string sql)
    {
        using var command = database.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
