using Microsoft.Data.Sqlite;

namespace Loci.Atlas.Storage;

/// <summary>How many rows a table has, and a digest of them.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Digest">CRC-32C over the checks of its rows, in the order of its key; null: not known (format
/// 1).</param>
internal readonly record struct TableCheck(long Rows, long? Digest)
{
    /// <summary>How rows that were read differ from this; null: not at all.</summary>
    public string? Problem(RowDigest read) =>
        read.Value.Rows != Rows ? $"{read.Value.Rows:N0} rows where {Rows:N0} belong"
        : Digest is { } digest && read.Value.Digest != digest ? "the rows do not fit the check of their table"
        : null;
}

/// <summary>Counts the rows of a table and digests their checks.</summary>
internal struct RowDigest
{
    private RowCheck _check = new();
    private long _rows;

    public RowDigest() { }

    public readonly TableCheck Value => new(_rows, _check.Value);

    public void Add(long rowCheck)
    {
        _rows++;
        _check.Add(rowCheck);
    }
}

/// <summary>
/// The table checks: what every other table holds, so that a row that is missing is damage and never an answer. Format
/// 1 has no such table; there the counts follow from the model and the trigger lists.
/// </summary>
internal sealed class TableChecks
{
    private const string Table = "checks";

    private readonly IReadOnlyDictionary<string, TableCheck> _checks;

    private TableChecks(IReadOnlyDictionary<string, TableCheck> checks) => _checks = checks;

    /// <summary>What a table must hold; null where that is not known.</summary>
    public TableCheck? this[string table] => _checks.TryGetValue(table, out var check) ? check : null;

    /// <summary>Writes the table, the last of all.</summary>
    public static void Write(SqliteConnection database, IReadOnlyDictionary<string, TableCheck> checks)
    {
        using var rows = new RowWriter(database, Table, 3, new Dictionary<string, TableCheck>());
        foreach (var (name, check) in checks.OrderBy(each => each.Key, StringComparer.Ordinal))
            rows.Add(name).Add(check.Rows).Add(check.Digest!.Value).End();
    }

    /// <exception cref="InvalidFileException">A row is damaged or missing.</exception>
    public static TableChecks Read(SqliteConnection database, string path)
    {
        var checks = new Dictionary<string, TableCheck>();
        using var rows = new RowReader(database, path, Table, "name", expected: null).Start();
        while (rows.Next())
        {
            string name = rows.Text();
            checks[name] = new(rows.Int(), rows.Int());
            rows.End();
        }
        foreach (string table in (string[])
            ["agreement", "cell_agreement", "cells", "layers", "manifest", "precision", "readouts", IndexCheck.Name,
                "sentences", "token_cells", "triggers", "vocabulary"])
            if (!checks.ContainsKey(table)) throw rows.Damaged($"the check of the table {table} is missing");
        return new(checks);
    }

    /// <summary>Of a file of format 1: reads its trigger lists.</summary>
    public static TableChecks OfFormat1(SqliteConnection database, string path, AtlasManifest manifest)
    {
        var spec = manifest.Spec;
        long poles = spec.Gated ? 2 : 1, lists = 0;
        var sentences = new HashSet<long>();
        using var rows = new RowReader(database, path, "triggers", "cell, pole",
            new TableCheck(spec.Cells * poles, null)).Start();
        while (rows.Next())
        {
            rows.Int();
            rows.Int();
            var triggers = Blobs.Triggers(rows.Blob()) ?? throw rows.Damaged("triggers are no triggers");
            rows.End();
            if (triggers.Length > 0) lists++;
            foreach (var trigger in triggers) sentences.Add(trigger.Sentence);
        }
        long summaries = spec.Layers * poles * 2;
        return new(new Dictionary<string, long>
        {
            ["agreement"] = summaries * 2, ["cell_agreement"] = lists * 2, ["cells"] = spec.Cells, ["layers"] =
                spec.Layers,
            ["precision"] = summaries, ["readouts"] = spec.Cells * 2, ["sentences"] = sentences.Count,
            ["triggers"] = spec.Cells * poles, ["vocabulary"] = spec.Vocabulary,
        }.ToDictionary(each => each.Key, each => new TableCheck(each.Value, null)));
    }
}
