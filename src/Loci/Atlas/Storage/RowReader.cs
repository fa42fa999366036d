using Microsoft.Data.Sqlite;

namespace Loci.Atlas.Storage;

/// <summary>
/// Rows of one query whose last column is the row check, or of a whole table. Whatever is wrong with them (SQLite's own
/// findings, a missing value, a row whose check differs, at the end of a table a row too few or too many) is an
/// <see cref="InvalidFileException"/>.
/// </summary>
internal sealed class RowReader : IDisposable
{
    private readonly SqliteCommand _command;
    private readonly string _path;
    private SqliteDataReader? _rows;
    private readonly TableCheck? _expected;
    private RowCheck _check;
    private RowDigest _digest;
    private int _next;

    public RowReader(SqliteConnection database, string path, string sql, int parameters = 0)
    {
        _path = path;
        _command = database.CreateCommand();
        _command.CommandText = sql;
        for (int i = 0; i < parameters; i++)
            _command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}", Value = 0L });
    }

    /// <summary>A whole table in the order of its key.</summary>
    /// <param name="database">Where from.</param>
    /// <param name="path">The file, for errors.</param>
    /// <param name="table">The table.</param>
    /// <param name="key">The columns of its key.</param>
    /// <param name="expected">What it must hold, checked after its last row; null: whatever it does.</param>
    public RowReader(SqliteConnection database, string path, string table, string key, TableCheck? expected)
        : this(database, path, $"SELECT * FROM {table} ORDER BY {key}") => _expected = expected;

    /// <summary>Runs the query, from its first row.</summary>
    public RowReader Start(params ReadOnlySpan<object> parameters)
    {
        Stop();
        for (int i = 0; i < parameters.Length; i++) _command.Parameters[i].Value = parameters[i];
        _digest = new();
        _rows = Guard(_command, command => command.ExecuteReader());
        return this;
    }

    /// <summary>Goes to the next row.</summary>
    public bool Next()
    {
        (_next, _check) = (0, new());
        if (Guard(_rows!, rows => rows.Read())) return true;
        if (_expected?.Problem(_digest) is { } problem) throw Damaged($"{problem}: {_command.CommandText}");
        return false;
    }

    /// <summary>Ends a table, of which every row must have been read.</summary>
    public void Complete()
    {
        if (Next()) throw Damaged($"there are more rows than belong there: {_command.CommandText}");
    }

    public long Int()
    {
        long value = Rows.GetInt64(_next++);
        _check.Add(value);
        return value;
    }

    /// <summary>An integer from 0 to a bound.</summary>
    public int Int(int bound, string what)
    {
        long value = Int();
        return value >= 0 && value < bound ? (int)value : throw Damaged($"{what} {value} is outside 0 to {bound - 1}");
    }

    public bool Bool() => Int() != 0;

    public double Real()
    {
        double value = Rows.GetDouble(_next++);
        _check.Add(value);
        return value;
    }

    public double? RealOrNull() => IsNull() ? null : Real();

    public bool? BoolOrNull() => IsNull() ? null : Bool();

    public string Text()
    {
        string value = Rows.GetString(_next++);
        _check.Add(value);
        return value;
    }

    public byte[] Blob()
    {
        byte[] value = Guard(Rows, rows => rows.GetFieldValue<byte[]>(_next++));
        _check.Add(value.AsSpan());
        return value;
    }

    /// <summary>Ends the row: its check must fit what was read.</summary>
    public void End()
    {
        long check = _check.Value;
        if (Rows.GetInt64(_next) != check) throw Damaged($"a row does not fit its check: {_command.CommandText}");
        _digest.Add(check);
    }

    public InvalidFileException Damaged(string problem) => new(_path, $"damaged atlas: {problem}");

    public void Stop()
    {
        _rows?.Dispose();
        _rows = null;
    }

    public void Dispose()
    {
        Stop();
        _command.Dispose();
    }

    /// <summary>The current row, whose next column holds a value.</summary>
    private SqliteDataReader Rows =>
        _rows!.IsDBNull(_next) ? throw Damaged($"column {_next} is missing: {_command.CommandText}") : _rows;

    private bool IsNull()
    {
        if (!_rows!.IsDBNull(_next)) return false;
        _check.AddNull();
        _next++;
        return true;
    }

    private TResult Guard<T, TResult>(T on, Func<T, TResult> act)
    {
        try
        {
            return act(on);
        }
        catch (Exception error) when (error is SqliteException or InvalidCastException or InvalidOperationException)
        {
            throw new InvalidFileException(_path, $"cannot be read: {error.Message}", inner: error);
        }
    }
}
