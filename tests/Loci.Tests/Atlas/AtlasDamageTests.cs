using Loci.Atlas;
using Microsoft.Data.Sqlite;

namespace Loci.Tests.Atlas;

public class AtlasDamageTests
{
    [Fact]
    public void Bytes_that_changed_are_an_error_or_do_not_matter()
    {
        using var folder = new TemporaryFolder();
        var source = new SyntheticAtlas(5).Build();
        AtlasWriter.Write(source, folder["whole"]);
        byte[] whole = File.ReadAllBytes(folder["whole"]);
        var random = new Random(1);
        int errors = 0;
        for (int round = 0; round < 250; round++)
        {
            byte[] damaged = [.. whole];
            // Most of an atlas this small is empty pages: aim at what is not zero.
            int at = random.Next(damaged.Length);
            while (round % 4 != 0 && damaged[at] == 0) at = random.Next(damaged.Length);
            damaged[at] ^= (byte)(1 << random.Next(8));
            if (round % 3 == 0) random.NextBytes(damaged.AsSpan(at, Math.Min(damaged.Length - at, random.Next(1, 64))));
            File.WriteAllBytes(folder["damaged"], damaged);
            if (!ReadsRightOrFails(folder["damaged"], source)) errors++;
        }
        Assert.InRange(errors, 50, 250);
    }

    /// <summary>One flipped bit in the header of a page, and rows vanished without a word.</summary>
    [Theory]
    [InlineData("atlas-wrong-65540-6", false)]
    [InlineData("atlas-wrong-65547-4", true)]
    public async Task Rows_that_vanish_are_damage(string name, bool ofTheFirstCell)
    {
        string path = SharedData.Require("..", "cases", "security", name, "f.atlas");
        using var folder = new TemporaryFolder();
        using var atlas = AtlasFile.Open(path);
        await Assert.ThrowsAsync<InvalidFileException>(() => AtlasExport.WriteAsync(atlas, folder.Path));
        if (ofTheFirstCell) Assert.Throws<InvalidFileException>(() => atlas.Agreement(new(0, 0)));
        else Assert.Equal(2, atlas.Agreement(new(0, 0)).Count);
    }

    [Fact]
    public void Rows_that_are_missing_or_too_many_are_damage()
    {
        using var folder = new TemporaryFolder();
        foreach (string format in (string[])["format-1", "today"])
        {
            Damaged("DELETE FROM vocabulary WHERE id = 3", atlas => _ = atlas.Vocabulary.Count());
            Damaged("DELETE FROM triggers WHERE cell = 2", atlas => atlas.Cell(new(0, 2)));
            Damaged("DELETE FROM readouts WHERE cell = 2 AND readout = 1", atlas => atlas.Cell(new(0, 2)));
            Damaged("DELETE FROM cell_agreement WHERE cell = 2 AND readout = 1", atlas => atlas.Agreement(new(0, 2)));
            Damaged("DELETE FROM cell_agreement WHERE cell = 2", atlas => _ = atlas.AllCellAgreement.Count());
            Damaged("DELETE FROM agreement WHERE layer = 1", atlas => atlas.Agreement());
            Damaged("DELETE FROM precision WHERE layer = 1", atlas => atlas.Agreement());
            Damaged("DELETE FROM sentences WHERE id = (SELECT max(id) FROM sentences)", atlas =>
                _ = atlas.AllSentences.Count());
            Damaged("DELETE FROM cells WHERE id = (SELECT max(id) FROM cells)", atlas => _ = atlas.Cells.Count());
            if (format == "format-1") continue;
            Damaged("DELETE FROM token_cells WHERE token > 2", atlas => atlas.Search("the"));
            Damaged("DELETE FROM sentence_index_idx", atlas => atlas.Search("zzz"));
            Damaged("DELETE FROM sentence_index_data WHERE id = (SELECT max(id) FROM sentence_index_data)", atlas =>
                atlas.Search("zzz"));
            Damaged("DELETE FROM manifest WHERE key = 'unit'", _ => { });
            Damaged("INSERT INTO manifest SELECT 'part', value, crc FROM manifest WHERE key = 'top'", _ => { });
            Damaged("DELETE FROM checks WHERE name = 'sentences'", _ => { });
            Damaged("DELETE FROM layers WHERE layer = 1", _ => { });

            void Damaged(string sql, Action<AtlasFile> read)
            {
                string path = folder["damaged"];
                if (format == "today") AtlasWriter.Write(new SyntheticAtlas(5).Build(), path);
                else File.Move(AtlasFileTests.Format1(folder, format), path, overwrite: true);
                using (var connection = new SqliteConnection($"Data Source={path};Pooling=false"))
                {
                    connection.Open();
                    using var command = connection.CreateCommand();
                    command.CommandText = sql;
                    Assert.NotEqual(0, command.ExecuteNonQuery());
                }
                var error = Record.Exception(() =>
                {
                    using var atlas = AtlasFile.Open(path);
                    read(atlas);
                });
                Assert.True(error is InvalidFileException, $"{format}, {sql}: {error}");
            }
        }
    }

    [Fact]
    public void Cut_files_are_refused()
    {
        using var folder = new TemporaryFolder();
        AtlasWriter.Write(new SyntheticAtlas(5).Build(), folder["whole"]);
        byte[] whole = File.ReadAllBytes(folder["whole"]);
        foreach (int length in (int[])[0, 1, 15, 16, 99, 100, 4096, 8192, whole.Length / 2, whole.Length - 8192,
            whole.Length - 1])
        {
            File.WriteAllBytes(folder["cut"], whole[..length]);
            Assert.Throws<InvalidFileException>(() => AtlasFile.Open(folder["cut"]));
        }
    }

    [Fact]
    public void Other_files_are_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["text"], new string('x', 500));
        Assert.Contains("not an SQLite file",
            Assert.Throws<InvalidFileException>(() => AtlasFile.Open(folder["text"])).Message);
        Assert.Throws<LociException>(() => AtlasFile.Open(folder["absent"]));
        Assert.Throws<LociException>(() => AtlasFile.Open(folder.Path));

        Alter("PRAGMA application_id = 7", "another");
        Assert.Contains("application",
            Assert.Throws<InvalidFileException>(() => AtlasFile.Open(folder["another"])).Message);
        Alter("PRAGMA user_version = 99", "newer");
        Assert.Contains("format 99",
            Assert.Throws<UnsupportedException>(() => AtlasFile.Open(folder["newer"])).Message);
        Alter(
            "DROP TABLE layers; CREATE VIEW layers AS WITH RECURSIVE r(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM r) "
            + "SELECT i FROM r", "hostile");
        Assert.Contains("layers", Assert.Throws<InvalidFileException>(() => AtlasFile.Open(folder["hostile"])).Message);
        Alter("DELETE FROM cells WHERE id = 2", "fewer");
        using (var fewer = AtlasFile.Open(folder["fewer"]))
        {
            Assert.Throws<InvalidFileException>(() => fewer.Cell(new(0, 2)));
            Assert.Throws<InvalidFileException>(() => fewer.Cells.Count());
        }
        Alter("UPDATE cells SET positive = positive + 1 WHERE id = 2", "edited");
        using (var edited = AtlasFile.Open(folder["edited"]))
            Assert.Contains("check", Assert.Throws<InvalidFileException>(() => edited.Cell(new(0, 2))).Message);

        void Alter(string sql, string name)
        {
            AtlasWriter.Write(new SyntheticAtlas(5).Build(), folder[name]);
            using var connection = new SqliteConnection($"Data Source={folder[name]};Pooling=false");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }

    private static bool ReadsRightOrFails(string path, SyntheticAtlas.Source source)
    {
        try
        {
            using var atlas = AtlasFile.Open(path);
            foreach (var (expected, actual) in source.CellList.Zip(atlas.Cells))
            {
                SameContents.Check(expected, actual);
                SameContents.Check(expected, atlas.Cell(new(expected.Layer, expected.Index)));
                atlas.Agreement(new(expected.Layer, expected.Index));
                foreach (var trigger in expected.Positive)
                    Assert.Equal(source.SentenceList[trigger.Sentence], atlas.Sentence(trigger));
            }
            Assert.Equal(source.VocabularyList, atlas.Vocabulary.ToList());
            atlas.Agreement();
            atlas.Search("the");
            atlas.Search("s");
            return true;
        }
        catch (LociException)
        {
            return false;
        }
    }
}
