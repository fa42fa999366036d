using Microsoft.Data.Sqlite;

namespace Loci.Atlas.Storage;

/// <summary>Appends rows to one table through one prepared statement, with the row check in the last column.</summary>
internal sealed class RowWriter : IDisposable
{
    private readonly SqliteCommand _command;
    private readonly string _table;
    private RowCheck _check = new();
    private int _next;

    /// <param name="database">Where to.</param>
    /// <param name="table">The table.</param>
    /// <param name="columns">Columns without the row check.</param>
    public RowWriter(SqliteConnection database, string table, int columns)
    {
        _table = table;
        _command = database.CreateCommand();
        _command.CommandText =
            $"INSERT INTO {table} VALUES ({string.Join(", ", Enumerable.Range(0, columns + 1).Select(i => $"${i}"))})";
        for (int i = 0; i <= columns; i++) _command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
    }

    public RowWriter Add(long value)
    {
        _check.Add(value);
        return Set(value);
    }

    public RowWriter Add(bool value) => Add(value ? 1L : 0L);

    public RowWriter Add(double value)
    {
        if (double.IsNaN(value))
            throw new LociException($"table {_table}, row «{_command.Parameters[0].Value}»: column {_next} is not a number");
        value += 0.0;                                                   // −0 becomes 0: SQLite keeps whole numbers as integers
        _check.Add(value);
        return Set(value);
    }

    public RowWriter Add(double? value)
    {
        if (value is { } number) return Add(number);
        _check.AddNull();
        return Set(DBNull.Value);
    }

    public RowWriter Add(bool? value)
    {
        if (value is { } known) return Add(known);
        _check.AddNull();
        return Set(DBNull.Value);
    }

    public RowWriter Add(string text)
    {
        _check.Add(text);
        return Set(text);
    }

    public RowWriter Add(byte[] bytes)
    {
        _check.Add(bytes.AsSpan());
        return Set(bytes);
    }

    /// <summary>Writes the row.</summary>
    public void End()
    {
        Set(_check.Value);
        _command.ExecuteNonQuery();
        _next = 0;
        _check = new();
    }

    public void Dispose() => _command.Dispose();

    private RowWriter Set(object value)
    {
        _command.Parameters[_next++].Value = value;
        return this;
    }
}
