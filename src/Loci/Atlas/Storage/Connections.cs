using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace Loci.Atlas.Storage;

/// <summary>
/// Opens atlas files. Connections are never pooled, so that a closed file can be replaced or deleted.
/// </summary>
internal static class Connections
{
    /// <summary>A new file, to be written by one process alone.</summary>
    public static SqliteConnection Create(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
        }.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>
    /// An atlas to read. It never changes once it has its name, so SQLite is told it is immutable: no locks, no
    /// journal is looked for, and it may lie on a read-only disk.
    /// </summary>
    /// <exception cref="InvalidFileException">The file is not an atlas, cut, or its tables are not an
    /// atlas's.</exception>
    /// <exception cref="UnsupportedException">A newer Loci wrote it.</exception>
    public static SqliteConnection Open(string path, out int format)
    {
        format = CheckHeader(path);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Address(path) + "?immutable=1",
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText =
                "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 268435456";
            command.ExecuteNonQuery();
            CheckTables(connection, path, format);
            return connection;
        }
        catch (SqliteException error)
        {
            connection.Dispose();
            throw new InvalidFileException(path, $"cannot be read: {error.Message}", inner: error);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The path as a URI in which no character is an operator; SQLite takes any other as it is.</summary>
    private static string Address(string path)
    {
        string full = Path.GetFullPath(path).Replace("%", "%25").Replace("?", "%3F").Replace("#", "%23");
        if (OperatingSystem.IsWindows()) full = full.Replace('\\', '/');
        return full.StartsWith('/') ? "file://" + full : "file:///" + full;
    }

    /// <summary>The first 100 bytes of an SQLite file say what it is and how long it must be.</summary>
    private static int CheckHeader(string path)
    {
        Span<byte> header = stackalloc byte[100];
        long length;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete);
            length = file.Length;
            if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
                throw new InvalidFileException(path, $"not an atlas: {length} bytes");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"{path} cannot be opened: {error.Message}", error);
        }
        if (!header.StartsWith("SQLite format 3\0"u8))
            throw new InvalidFileException(path, "not an atlas: not an SQLite file", 0);
        int application = BinaryPrimitives.ReadInt32BigEndian(header[68..]);
        if (application != Schema.ApplicationId)
            throw new InvalidFileException(path, $"not an atlas: an SQLite file of application 0x{application:X8}", 68);
        int version = BinaryPrimitives.ReadInt32BigEndian(header[60..]);
        if (version > AtlasManifest.CurrentFormat)
            throw new UnsupportedException(
                $"{path} has atlas format {version}; this Loci reads up to {AtlasManifest.CurrentFormat}: install a "
                + $"newer one");
        if (version < 1) throw new InvalidFileException(path, $"format version {version} does not exist", 60);
        int pageSize = BinaryPrimitives.ReadUInt16BigEndian(header[16..]);
        long expected = BinaryPrimitives.ReadUInt32BigEndian(header[28..]) * (long)pageSize;
        if (pageSize != Schema.PageSize || expected != length)
            throw new InvalidFileException(path,
                $"{length} bytes where its header promises {expected}: cut or damaged", 28);
        return version;
    }

    /// <summary>A hostile schema (views, triggers, other virtual tables) never gets to run.</summary>
    private static void CheckTables(SqliteConnection connection, string path, int format)
    {
        var expected = Schema.Tables(format).ToHashSet();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT type, name, sql FROM sqlite_master";
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            string name = rows.IsDBNull(1) ? "" : rows.GetString(1);
            string sql = rows.IsDBNull(2) ? "" : rows.GetString(2);
            bool ours = expected.Remove(sql) || Schema.IsIndexTable(sql);
            if (!ours || rows.GetString(0) != "table")
                throw new InvalidFileException(path, $"not an atlas: its table «{name}» is not as the format has it");
        }
        if (expected.Count > 0)
            throw new InvalidFileException(path, $"not an atlas: {expected.Count} tables are missing");
    }
}
