using Microsoft.Data.Sqlite;

namespace Loci.Atlas.Storage;

/// <summary>
/// Fills one table, in the order of its key, through one prepared statement, with the row check in the last column; at
/// the end tells what the whole table holds.
/// </summary>
internal sealed class RowWriter : IDisposable
{
    private readonly SqliteCommand _command;
    private readonly string _table;
    private readonly IDictionary<string, TableCheck> _checks;
    private RowDigest _digest = new();
    private RowCheck _check = new();
    private int _next;

    /// <param name="database">Where to.</param>
    /// <param name="table">The table.</param>
    /// <param name="columns">Columns without the row check.</param>
    /// <param name="checks">Gets what the table holds when this is disposed.</param>
    public RowWriter(SqliteConnection database, string table, int columns, IDictionary<string, TableCheck> checks)
    {
        (_table, _checks) = (table, checks);
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
        if (!double.IsFinite(value))
            throw new LociException(
                $"table {_table}, row «{_command.Parameters[0].Value}»: column {_next} is {value}, which no atlas "
                + $"can hold");
        // −0 becomes 0: SQLite keeps whole numbers as integers
        value += 0.0;
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
        _digest.Add(_check.Value);
        _command.ExecuteNonQuery();
        _next = 0;
        _check = new();
    }

    public void Dispose()
    {
        _checks[_table] = _digest.Value;
        _command.Dispose();
    }

    private RowWriter Set(object value)
    {
        _command.Parameters[_next++].Value = value;
        return this;
    }
}
