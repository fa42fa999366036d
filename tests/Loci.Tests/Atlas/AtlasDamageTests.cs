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

    [Fact]
    public void Cut_files_are_refused()
    {
        using var folder = new TemporaryFolder();
        AtlasWriter.Write(new SyntheticAtlas(5).Build(), folder["whole"]);
        byte[] whole = File.ReadAllBytes(folder["whole"]);
        foreach (int length in (int[])[0, 1, 15, 16, 99, 100, 4096, 8192, whole.Length / 2, whole.Length - 8192, whole.Length - 1])
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
        Assert.Contains("not an SQLite file", Assert.Throws<InvalidFileException>(() => AtlasFile.Open(folder["text"])).Message);
        Assert.Throws<LociException>(() => AtlasFile.Open(folder["absent"]));
        Assert.Throws<LociException>(() => AtlasFile.Open(folder.Path));

        Alter("PRAGMA application_id = 7", "another");
        Assert.Contains("application", Assert.Throws<InvalidFileException>(() => AtlasFile.Open(folder["another"])).Message);
        Alter("PRAGMA user_version = 99", "newer");
        Assert.Contains("format 99", Assert.Throws<UnsupportedException>(() => AtlasFile.Open(folder["newer"])).Message);
        Alter("DROP TABLE layers; CREATE VIEW layers AS WITH RECURSIVE r(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM r) SELECT i FROM r", "hostile");
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
                foreach (var trigger in expected.Positive) Assert.Equal(source.SentenceList[trigger.Sentence], atlas.Sentence(trigger));
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
