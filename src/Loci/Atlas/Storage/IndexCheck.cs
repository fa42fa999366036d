using Microsoft.Data.Sqlite;

namespace Loci.Atlas.Storage;

/// <summary>The digest of the search index's own tables, which have no row checks: FTS5 makes them.</summary>
internal static class IndexCheck
{
    /// <summary>Its name in the table checks.</summary>
    public const string Name = "sentence_index";

    private static readonly string[] s_queries =
    [
        "SELECT id, block FROM sentence_index_data ORDER BY id",
        "SELECT segid, term, pgno FROM sentence_index_idx ORDER BY segid, term",
        "SELECT k, v FROM sentence_index_config ORDER BY k",
    ];

    /// <summary>Reads the whole index.</summary>
    public static TableCheck Of(SqliteConnection database)
    {
        var digest = new RowDigest();
        foreach (string query in s_queries)
        {
            using var command = database.CreateCommand();
            command.CommandText = query;
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                var check = new RowCheck();
                for (int i = 0; i < rows.FieldCount; i++) Add(ref check, rows.GetValue(i));
                digest.Add(check.Value);
            }
        }
        return digest.Value;
    }

    /// <summary>Refuses a damaged index.</summary>
    /// <exception cref="InvalidFileException">It is not what was written.</exception>
    public static void Check(SqliteConnection database, string path, TableChecks checks)
    {
        try
        {
            if (checks[Name] is { } expected && Of(database) != expected)
                throw new InvalidFileException(path, "damaged atlas: the search index is not the one that was written");
        }
        catch (SqliteException error)
        {
            throw new InvalidFileException(path, $"cannot be read: {error.Message}", inner: error);
        }
    }

    private static void Add(ref RowCheck check, object value)
    {
        switch (value)
        {
            case long number: check.Add(number); break;
            case string text: check.Add(text); break;
            case byte[] bytes: check.Add(bytes.AsSpan()); break;
            default: check.AddNull(); break;
        }
    }
}
