namespace Loci.Reports.Figures;

/// <summary>Series as a table: a row for each place, a column for each series.</summary>
internal static class SeriesTable
{
    public static Table Of(
        string caption, string across, IReadOnlyList<string> places, IReadOnlyList<Series> series, NumberFormat format)
    {
        Check(places.Count, series);
        return new(caption,
            [new(across), .. series.Select(s => new Column(s.Name, Numeric: true))],
            [
                .. places.Select(
                    (place, k) => (IReadOnlyList<string>)[place, .. series.Select(s => format.Write(s.Values[k]))]),
            ]);
    }

    public static void Check(int places, IReadOnlyList<Series> series)
    {
        foreach (var one in series)
            if (one.Values.Count != places)
                throw new ArgumentException(
                    $"«{one.Name}» has {one.Values.Count} values for {places} places", nameof(series));
    }
}
