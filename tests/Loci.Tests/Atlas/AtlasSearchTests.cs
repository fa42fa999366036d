using System.Text;
using CsCheck;
using Loci.Atlas;
using Loci.Atlas.Storage;
using Loci.Memory.Recall;
using Microsoft.Data.Sqlite;

namespace Loci.Tests.Atlas;

public sealed class AtlasSearchTests : IDisposable
{
    private static readonly string[] Hostile =
    [
        "the", "THE CAT", "rinces", "\"quoted\"", "\"", "''", "'", " AND", "a* OR NOT", "NEAR(", "*", "%", "_", "ж",
        " Жж", "É", "🙂", "🙂🙂🙂",
        ".", "...", "-x", "the\0cat", "\0", "\ud83d", "\udE42 x", "\uFFFD", "^the", "text:the", "{", "Kss", "\u212Ass",
        "(((((((", " ", "   ",
        new string('a', 100_000), string.Concat(Enumerable.Range(0, 3000).Select(i => (char)('!' + i % 90))),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Finds_what_brute_force_finds()
    {
        foreach (bool gated in (bool[])[true, false])
        {
            var synthetic = new SyntheticAtlas(3, gated: gated);
            var source = synthetic.Build();
            AtlasWriter.Write(source, _folder["a.atlas"]);
            using var atlas = AtlasFile.Open(_folder["a.atlas"]);
            foreach (string text in Hostile) Compare(atlas, source, text);
            var pieces = source.SentenceList.Values.Select(sentence => sentence.Text).ToArray();
            Gen.Select(Gen.Int[0, pieces.Length - 1], Gen.Int[0, 20], Gen.Int[1, 12], Gen.Bool)
                .Sample((which, from, length, upper) =>
            {
                string text = pieces[which];
                from = Math.Min(from, text.Length - 1);
                text = text.Substring(from, Math.Min(length, text.Length - from));
                Compare(atlas, source, upper ? text.ToUpperInvariant() : text);
            }, iter: 60, seed: "0000000000004", threads: 1);
        }
    }

    [Fact]
    public void Lists_the_most_and_strongest_first_and_counts_all()
    {
        AtlasWriter.Write(new SyntheticAtlas(3).Build(), _folder["a.atlas"]);
        using var atlas = AtlasFile.Open(_folder["a.atlas"]);
        var all = atlas.Search("e", 1000);
        var some = atlas.Search("e", 2);
        Assert.Equal((all.Triggers.Count, all.Values.Count), (all.TriggerPoles, all.ValuePoles));
        Assert.Equal(all.Triggers.Select(match => match.Cell with { Pole = Pole.Positive }).Distinct().Count(),
            all.TriggerCells);
        Assert.True(all.TriggerCells < all.TriggerPoles);
        Assert.Equal(
            (all.TriggerCells, all.TriggerPoles, all.ValueCells, all.ValuePoles), (some.TriggerCells,
                some.TriggerPoles, some.ValueCells, some.ValuePoles));
        Assert.Equal(all.Triggers.Take(2).Select(match => match.Cell), some.Triggers.Select(match => match.Cell));
        Assert.Equal(all.Triggers.OrderByDescending(match => match.Triggers.Count)
            .ThenByDescending(match => match.Strength), all.Triggers);
        Assert.Equal(all.Values.OrderBy(match => match.Tokens[0].Rank).Select(match => match.Tokens[0].Rank),
            all.Values.Select(match => match.Tokens[0].Rank));
        Assert.Throws<LociException>(() => atlas.Search(""));
        Assert.Throws<ArgumentOutOfRangeException>(() => atlas.Search("e", 0));
    }

    [Fact]
    public void Only_the_cells_that_are_listed_are_read()
    {
        AtlasWriter.Write(new SyntheticAtlas(3).Build(), _folder["a.atlas"]);
        CellId[] listed;
        using (var atlas = AtlasFile.Open(_folder["a.atlas"]))
        {
            var found = atlas.Search("the", 1);
            listed = [found.Triggers[0].Cell, found.Values[0].Cell];
        }
        using (var database = new SqliteConnection($"Data Source={_folder["a.atlas"]};Pooling=false"))
        {
            database.Open();
            using var command = database.CreateCommand();
            foreach (string table in (string[])["triggers", "readouts"])
            {
                command.CommandText = $"DELETE FROM {table} WHERE cell NOT IN "
                    + $"(SELECT id FROM cells WHERE "
                    + $"{string.Join(" OR ", listed.Select(at => $"(layer = {at.Layer} AND cell = {at.Index})"))})";
                Assert.NotEqual(0, command.ExecuteNonQuery());
            }
        }
        using var fewer = AtlasFile.Open(_folder["a.atlas"]);
        Assert.Equal(listed[0], Assert.Single(fewer.Search("the", 1).Triggers).Cell);
        Assert.Throws<InvalidFileException>(() => fewer.Search("the", 1000));
    }

    [Fact]
    public void Where_the_index_is_asked_it_knows_every_case_that_dotnet_knows()
    {
        using var database = new SqliteConnection("Data Source=:memory:;Pooling=false");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = "CREATE VIRTUAL TABLE t USING fts5 (text, tokenize = 'trigram', detail = none)";
        command.ExecuteNonQuery();
        var byUpper = Enumerable.Range(1, 0x2FFFF).Where(Rune.IsValid).Select(value => new Rune(value))
            .ToLookup(Rune.ToUpperInvariant);
        foreach (var variants in byUpper.Where(group => group.Count() > 1 && group.Any(Trigrams.IsSafe)))
            foreach (var query in variants.Where(Trigrams.IsSafe))
                foreach (var stored in variants)
                {
                    command.CommandText = "DELETE FROM t";
                    command.ExecuteNonQuery();
                    command.CommandText =
                        $"INSERT INTO t VALUES ('x{stored}y'); SELECT count(*) FROM t WHERE t MATCH '\"x{query}y\"'";
                    Assert.True((long)command.ExecuteScalar()! == 1,
                        $"{query} does not find {stored} (U+{stored.Value:X4})");
                }
    }

    private static void Compare(AtlasFile atlas, SyntheticAtlas.Source source, string text)
    {
        var found = atlas.Search(text, 1000);
        Pole[] poles = atlas.Manifest.Spec.Gated ? [Pole.Positive, Pole.Negative] : [Pole.Positive];
        var triggers = new Dictionary<CellId, RankedTrigger[]>();
        var values = new Dictionary<CellId, int[]>();
        foreach (var cell in source.CellList)
            foreach (var pole in poles)
            {
                RankedTrigger[] matching =
                    [.. cell.Triggers(pole).Select((trigger, i) => new RankedTrigger(i + 1, trigger)).Where(
                    ranked => source.SentenceList[ranked.Trigger.Sentence].Prefix(ranked.Trigger.Position)
                        .Contains(text, StringComparison.OrdinalIgnoreCase))];
                if (matching.Length > 0) triggers.Add(new(cell.Layer, cell.Index, pole), matching);
                int[] tokens = [.. Enum.GetValues<Readout>()
                    .SelectMany(readout => cell.Value.At(readout).At(pole).Tokens).Select(token => token.Id)
                    .Where(id => source.VocabularyList[id].Text.Contains(text, StringComparison.OrdinalIgnoreCase))
                    .Distinct().Order()];
                if (tokens.Length > 0) values.Add(new(cell.Layer, cell.Index, pole), tokens);
            }
        Assert.Equal(triggers.Count, found.Triggers.Count);
        foreach (var match in found.Triggers) Assert.Equal(triggers[match.Cell], match.Triggers);
        Assert.Equal(values.Count, found.Values.Count);
        foreach (var match in found.Values)
            Assert.Equal(values[match.Cell], match.Tokens.Select(token => token.Token.Id).Order());
    }
}
