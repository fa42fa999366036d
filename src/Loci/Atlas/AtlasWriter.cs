using Loci.Atlas.Storage;
using Microsoft.Data.Sqlite;

namespace Loci.Atlas;

/// <summary>
/// Writes an atlas: one SQLite file whose bytes follow from the contents alone. Cells go straight from the source to
/// the file; held in memory are the numbers of the sentences pointed at, their token ids, a few numbers a cell, and of
/// the postings as many as <see cref="PostingPass.Most"/>.
/// </summary>
public static class AtlasWriter
{
    /// <summary>Writes the atlas under a temporary name and gives it its name when it is complete.</summary>
    /// <param name="source">The contents.</param>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="cancellation">Ends the writing; nothing is left behind.</param>
    /// <exception cref="LociException">The disk is full, the folder missing, or another process writes the same
    /// file.</exception>
    /// <exception cref="ArgumentException">The source contradicts itself.</exception>
    public static void Write(IAtlasSource source, string path, CancellationToken cancellation = default) =>
        Write(source, path, null, cancellation);

    /// <summary>The same within a number of pages, as on a disk of that size.</summary>
    internal static void Write(IAtlasSource source, string path, int? maxPages, CancellationToken cancellation)
    {
        try
        {
            using var partial = new AtomicFile(path);
            using (var database = Connections.Create(partial.PartialPath))
                new AtlasTables(source, database, cancellation).Write(maxPages);
            partial.Commit();
        }
        catch (SqliteException error)
        {
            throw new LociException($"{path} cannot be written: {Reason(error)}", error);
        }
    }

    private static string Reason(SqliteException error) => error.SqliteErrorCode switch
    {
        Full => "the disk is full. Make room and run the same command again.",
        WriteFailed =>
            $"{error.Message}. The disk is full or failing, or the file would grow beyond what the system allows "
            + $"(ulimit -f).",
        _ => error.Message,
    };

    private const int Full = 13, WriteFailed = 10; // SQLITE_FULL, SQLITE_IOERR
}
