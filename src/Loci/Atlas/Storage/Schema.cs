namespace Loci.Atlas.Storage;

/// <summary>
/// The tables of an atlas file, documented in docs/atlas-format.md. Every table but the search index ends in a column
/// <c>crc</c> over the other columns of its row (see <see cref="RowCheck"/>), and what a whole table must hold stands
/// in <c>checks</c> (see <see cref="TableChecks"/>).
/// </summary>
internal static class Schema
{
    /// <summary>«Loci» in ASCII: the application_id of an atlas.</summary>
    public const int ApplicationId = 0x4C6F6369;

    public const int PageSize = 8192;

    /// <summary>Settings of a file that is being written: no journal, for the file has no name yet.</summary>
    public static readonly string Settings = $"""
        PRAGMA page_size = {PageSize};
        PRAGMA encoding = 'UTF-8';
        PRAGMA auto_vacuum = NONE;
        PRAGMA journal_mode = OFF;
        PRAGMA synchronous = OFF;
        PRAGMA locking_mode = EXCLUSIVE;
        PRAGMA cache_size = -65536;
        PRAGMA application_id = {ApplicationId};
        PRAGMA user_version = {AtlasManifest.CurrentFormat};
        """;

    /// <summary>
    /// The tables of a format, each as SQLite repeats it in <c>sqlite_master</c>, in the order they are made.
    /// </summary>
    public static IEnumerable<string> Tables(int format) =>
        s_common.Concat(format == 1 ? s_format1 : s_format2).Append(SearchIndex);

    /// <summary>The search index, which refers to the sentences.</summary>
    private const string SearchIndex =
        """
        CREATE VIRTUAL TABLE sentence_index USING fts5 (
            text, content = 'sentences', content_rowid = 'id',
            tokenize = 'trigram', detail = none, columnsize = 0)
        """;

    private static readonly string[] s_common =
    [
        """
        CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL, crc INTEGER NOT NULL) WITHOUT ROWID
        """,
        """
        CREATE TABLE vocabulary (
            id INTEGER PRIMARY KEY, text TEXT NOT NULL, next_count INTEGER NOT NULL, crc INTEGER NOT NULL)
        """,
        """
        CREATE TABLE layers (
            layer INTEGER PRIMARY KEY, first_cell INTEGER NOT NULL, cells INTEGER NOT NULL, dead INTEGER NOT NULL,
            prefixes INTEGER NOT NULL, disagreeing INTEGER NOT NULL, crc INTEGER NOT NULL)
        """,
        """
        CREATE TABLE triggers (
            cell INTEGER NOT NULL, pole INTEGER NOT NULL, triggers BLOB NOT NULL, crc INTEGER NOT NULL,
            PRIMARY KEY (cell, pole)) WITHOUT ROWID
        """,
        """
        CREATE TABLE readouts (
            cell INTEGER NOT NULL, readout INTEGER NOT NULL,
            top_token INTEGER NOT NULL, top_probability REAL NOT NULL, top_z REAL NOT NULL, top BLOB NOT NULL,
            bottom_token INTEGER NOT NULL, bottom_probability REAL NOT NULL, bottom_z REAL NOT NULL,
            bottom BLOB NOT NULL, crc INTEGER NOT NULL,
            PRIMARY KEY (cell, readout)) WITHOUT ROWID
        """,
        """
        CREATE TABLE cell_agreement (
            cell INTEGER NOT NULL, pole INTEGER NOT NULL, readout INTEGER NOT NULL, token INTEGER NOT NULL,
            next INTEGER, copy INTEGER NOT NULL, agreeing INTEGER NOT NULL, counted INTEGER NOT NULL,
            p REAL NOT NULL, q REAL NOT NULL, crc INTEGER NOT NULL,
            PRIMARY KEY (cell, pole, readout)) WITHOUT ROWID
        """,
        """
        CREATE TABLE agreement (
            layer INTEGER NOT NULL, pole INTEGER NOT NULL, readout INTEGER NOT NULL, kind INTEGER NOT NULL,
            cells INTEGER NOT NULL, agreeing INTEGER NOT NULL, expected REAL NOT NULL, variance REAL NOT NULL,
            p REAL NOT NULL, frequency REAL, crc INTEGER NOT NULL,
            PRIMARY KEY (layer, pole, readout, kind)) WITHOUT ROWID
        """,
        """
        CREATE TABLE precision (
            layer INTEGER NOT NULL, pole INTEGER NOT NULL, readout INTEGER NOT NULL, cells INTEGER NOT NULL,
            mean REAL NOT NULL, mean_50 REAL, significant INTEGER NOT NULL, crc INTEGER NOT NULL,
            PRIMARY KEY (layer, pole, readout)) WITHOUT ROWID
        """,
    ];

    private static readonly string[] s_format1 =
    [
        """
        CREATE TABLE cells (
            id INTEGER PRIMARY KEY, layer INTEGER NOT NULL, cell INTEGER NOT NULL, dead INTEGER NOT NULL,
            positive INTEGER NOT NULL, negative INTEGER NOT NULL, max REAL NOT NULL, min REAL NOT NULL,
            sum BLOB NOT NULL, squares BLOB NOT NULL, histogram BLOB NOT NULL, norm REAL NOT NULL,
            crc INTEGER NOT NULL)
        """,
        """
        CREATE TABLE sentences (
            id INTEGER PRIMARY KEY, text TEXT NOT NULL, tokens BLOB NOT NULL, cut INTEGER NOT NULL,
            crc INTEGER NOT NULL)
        """,
    ];

    private static readonly string[] s_format2 =
    [
        """
        CREATE TABLE cells (
            id INTEGER PRIMARY KEY, layer INTEGER NOT NULL, cell INTEGER NOT NULL, dead INTEGER NOT NULL,
            prefixes INTEGER NOT NULL, positive INTEGER NOT NULL, negative INTEGER NOT NULL, max REAL NOT NULL, min REAL NOT NULL,
            sum BLOB NOT NULL, squares BLOB NOT NULL, histogram BLOB NOT NULL, norm REAL NOT NULL,
            crc INTEGER NOT NULL)
        """,
        """
        CREATE TABLE sentences (
            id INTEGER PRIMARY KEY, text TEXT NOT NULL, tokens BLOB NOT NULL, cut INTEGER NOT NULL,
            pointers BLOB NOT NULL, crc INTEGER NOT NULL)
        """,
        """
        CREATE TABLE token_cells (token INTEGER PRIMARY KEY, cells BLOB NOT NULL, crc INTEGER NOT NULL)
        """,
        """
        CREATE TABLE checks (
            name TEXT PRIMARY KEY, rows INTEGER NOT NULL, digest INTEGER NOT NULL, crc INTEGER NOT NULL) WITHOUT ROWID
        """,
    ];

    /// <summary>Tables that FTS5 itself makes for the search index.</summary>
    private static readonly string[] s_indexTables =
    [
        "CREATE TABLE 'sentence_index_data'(id INTEGER PRIMARY KEY, block BLOB)",
        "CREATE TABLE 'sentence_index_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID",
        "CREATE TABLE 'sentence_index_config'(k PRIMARY KEY, v) WITHOUT ROWID",
    ];

    public static bool IsIndexTable(string sql) => Array.IndexOf(s_indexTables, sql) >= 0;
}
