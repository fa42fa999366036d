using Parquet;
using Parquet.Schema;

namespace Loci.Atlas.Export;

/// <summary>One column of a Parquet file, filled up to a row group at a time.</summary>
internal abstract class ParquetColumn(DataField described)
{
    public DataField Field => described;

    public abstract int Count { get; }

    /// <summary>Writes what was added and forgets it.</summary>
    public abstract Task FlushAsync(ParquetRowGroupWriter group, CancellationToken cancellation);
}

/// <summary>Numbers or booleans.</summary>
internal sealed class ValueColumn<T>(string name) : ParquetColumn(new DataField<T>(name)) where T : struct
{
    private readonly List<T> _values = [];

    public override int Count => _values.Count;

    public void Add(T value) => _values.Add(value);

    public override async Task FlushAsync(ParquetRowGroupWriter group, CancellationToken cancellation)
    {
        await group.WriteAsync<T>(Field, _values.ToArray().AsMemory(), cancellationToken: cancellation);
        _values.Clear();
    }
}

/// <summary>Numbers or booleans, any of which may be absent.</summary>
internal sealed class OptionalColumn<T>(string name) : ParquetColumn(new DataField<T>(name, nullable: true))
    where T : struct
{
    private readonly List<T?> _values = [];

    public override int Count => _values.Count;

    public void Add(T? value) => _values.Add(value);

    public override async Task FlushAsync(ParquetRowGroupWriter group, CancellationToken cancellation)
    {
        await group.WriteAsync<T>(Field, _values.ToArray().AsMemory(), cancellationToken: cancellation);
        _values.Clear();
    }
}

/// <summary>Text.</summary>
internal sealed class TextColumn(string name) : ParquetColumn(new DataField<string>(name, nullable: false))
{
    private readonly List<string> _values = [];

    public override int Count => _values.Count;

    public void Add(string value) => _values.Add(value);

    public override async Task FlushAsync(ParquetRowGroupWriter group, CancellationToken cancellation)
    {
        await group.WriteAsync(Field, _values.ToArray());
        _values.Clear();
    }
}

/// <summary>Text, any of which may be absent.</summary>
internal sealed class OptionalTextColumn(string name) : ParquetColumn(new DataField<string>(name, nullable: true))
{
    private readonly List<string?> _values = [];

    public override int Count => _values.Count;

    public void Add(string? value) => _values.Add(value);

    public override async Task FlushAsync(ParquetRowGroupWriter group, CancellationToken cancellation)
    {
        await group.WriteAsync(Field, _values.ToArray());
        _values.Clear();
    }
}
