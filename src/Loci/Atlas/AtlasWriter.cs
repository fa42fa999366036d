using Loci.Atlas.Agreement;
using Loci.Atlas.Storage;
using Microsoft.Data.Sqlite;

namespace Loci.Atlas;

/// <summary>
/// Writes an atlas: one SQLite file whose bytes follow from the contents alone. Cells go straight from the source to
/// the file; held in memory are the numbers of the sentences pointed at, their token ids, and a few numbers a cell.
/// </summary>
public static class AtlasWriter
{
    /// <summary>Writes the atlas under a temporary name and gives it its name when it is complete.</summary>
    /// <param name="source">The contents.</param>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="cancellation">Ends the writing; nothing is left behind.</param>
    /// <exception cref="LociException">The disk is full, the folder missing, or another process writes the same file.</exception>
    /// <exception cref="ArgumentException">The source contradicts itself.</exception>
    public static void Write(IAtlasSource source, string path, CancellationToken cancellation = default) =>
        Write(source, path, null, cancellation);

    /// <summary>The same within a number of pages, as on a disk of that size.</summary>
    internal static void Write(IAtlasSource source, string path, int? maxPages, CancellationToken cancellation)
    {
        try
        {
            using var partial = new PartialFile(path);
            using (var database = Connections.Create(partial.Path))
                new Job(source, database, cancellation).Run(maxPages);
            partial.Commit();
        }
        catch (SqliteException error)
        {
            throw new LociException($"{path} cannot be written: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"{path} cannot be written: {error.Message}", error);
        }
    }

    private sealed class Job(IAtlasSource source, SqliteConnection database, CancellationToken cancellation)
    {
        private readonly AtlasManifest _manifest = source.Manifest;

        public void Run(int? maxPages)
        {
            Execute(Schema.Settings);
            foreach (string table in Schema.Tables) Execute(table);
            if (maxPages is { } pages) Execute($"PRAGMA max_page_count = {pages}");
            Execute("BEGIN");
            WriteManifest();
            var frequency = WriteVocabulary();
            var pointed = WriteCells();
            var pool = WriteSentences(pointed);
            WriteAgreement(pool, frequency);
            Execute("INSERT INTO sentence_index (sentence_index) VALUES ('rebuild')");
            cancellation.ThrowIfCancellationRequested();
            Execute("INSERT INTO sentence_index (sentence_index) VALUES ('optimize')");
            Execute("COMMIT");
        }

        private void WriteManifest()
        {
            using var rows = new RowWriter(database, "manifest", 2);
            foreach (var (key, json) in ManifestRows.Write(_manifest)) rows.Add(key).Add(json).End();
        }

        private double[] WriteVocabulary()
        {
            using var rows = new RowWriter(database, "vocabulary", 3);
            var counts = new List<long>();
            foreach (var token in source.Vocabulary)
            {
                rows.Add((long)counts.Count).Add(token.Text).Add(token.NextCount).End();
                counts.Add(token.NextCount);
            }
            if (counts.Count != _manifest.Spec.Vocabulary)
                throw new ArgumentException($"{counts.Count} tokens for a vocabulary of {_manifest.Spec.Vocabulary}");
            double total = counts.Sum();
            return total == 0 ? [] : [.. counts.Select(count => count / total)];
        }

        private long[] WriteCells()
        {
            var pointed = new HashSet<long>();
            using var writer = new CellWriter(database, _manifest);
            foreach (var cell in source.Cells)
            {
                cancellation.ThrowIfCancellationRequested();
                writer.Write(cell);
                foreach (var trigger in cell.Positive) pointed.Add(trigger.Sentence);
                foreach (var trigger in cell.Negative) pointed.Add(trigger.Sentence);
            }
            writer.Complete();
            var ids = pointed.ToArray();
            Array.Sort(ids);
            return ids;
        }

        private TokenPool WriteSentences(long[] ids)
        {
            using var rows = new RowWriter(database, "sentences", 4);
            var pool = new TokenPool();
            int next = 0;
            foreach (var sentence in source.Sentences(ids))
            {
                cancellation.ThrowIfCancellationRequested();
                if (next == ids.Length || sentence.Id != ids[next])
                    throw new ArgumentException($"sentence {sentence.Id} was not the one asked for");
                foreach (int token in sentence.Tokens)
                    if (token < 0 || token >= _manifest.Spec.Vocabulary)
                        throw new ArgumentException($"sentence {sentence.Id} has token {token}, outside the vocabulary");
                rows.Add(sentence.Id).Add(sentence.Text).Add(SentenceTokens.Encode(sentence)).Add(sentence.Cut).End();
                pool.Add(sentence);
                next++;
            }
            if (next < ids.Length) throw new ArgumentException($"sentence {ids[next]} is missing");
            return pool;
        }

        private void WriteAgreement(TokenPool pool, double[] frequency)
        {
            var tallies = new AtlasAgreement(_manifest, pool, frequency);
            using (var stored = new CellReader(database, database.DataSource, _manifest))
                foreach (var cell in stored.All())
                {
                    cancellation.ThrowIfCancellationRequested();
                    tallies.Add(cell);
                }
            AgreementRows.Write(database, _manifest, tallies.Complete());
        }

        private void Execute(string sql)
        {
            using var command = database.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }
}
