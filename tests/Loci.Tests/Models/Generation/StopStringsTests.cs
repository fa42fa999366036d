using CsCheck;
using Loci.Models.Generation;

namespace Loci.Tests.Models.Generation;

public sealed class StopStringsTests
{
    [Fact]
    public void Whatever_the_pieces_the_text_ends_before_the_first_stop_string() =>
        Gen.Select(Gen.String["ab"].Array[0, 12], Gen.String["ab"].Where(s => s.Length > 0).Array[0, 3])
            .Sample((pieces, stops) =>
        {
            string whole = string.Concat(pieces);
            int[] found = [.. stops.Select(stop => whole.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0)];
            var stop = new StopStrings(stops);
            string shown = "";
            int earliestEnd = stops.Select(
                s => whole.IndexOf(s, StringComparison.Ordinal) is >= 0 and var at ? at + s.Length : int.MaxValue)
                .DefaultIfEmpty(int.MaxValue).Min();
            int given = 0;
            foreach (string piece in pieces)
            {
                shown += stop.Push(piece);
                given += piece.Length;
                Assert.Equal(given >= earliestEnd, stop.Stopped);
                if (stop.Stopped) break;
            }
            if (!stop.Stopped) shown += stop.Rest();
            if (found.Length == 0) Assert.Equal(whole, shown);
            else Assert.StartsWith(shown, whole);
            foreach (string s in stops) Assert.DoesNotContain(s, shown);
        }, iter: 2000);

    [Fact]
    public void An_empty_stop_string_is_refused() => Assert.Throws<LociException>(() => new StopStrings([""]));
}
