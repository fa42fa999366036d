using Loci.Memory.Recall;

namespace Loci.Atlas.Export;

/// <summary>What the tables share: rows in, a complete file under its temporary name out.</summary>
internal static class Writing
{
    public static async Task<ParquetTable> AllAsync<T>(ParquetTable table, IEnumerable<T> rows, Action<T> add)
    {
        try
        {
            foreach (var row in rows)
            {
                add(row);
                await table.EndRowAsync();
            }
            await table.CompleteAsync();
            return table;
        }
        catch
        {
            await table.DisposeAsync();
            throw;
        }
    }

    public static string Name(Pole pole) => pole == Pole.Positive ? "positive" : "negative";

    public static string Name(Readout readout) => readout == Readout.Raw ? "raw" : "folded";
}
