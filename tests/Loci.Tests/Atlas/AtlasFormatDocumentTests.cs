using System.Text.RegularExpressions;
using Loci.Atlas;
using Microsoft.Data.Sqlite;

namespace Loci.Tests.Atlas;

public partial class AtlasFormatDocumentTests
{
    [Fact]
    public void Every_query_of_the_document_runs_on_an_atlas()
    {
        using var folder = new TemporaryFolder();
        AtlasWriter.Write(new SyntheticAtlas(3, layers: 3, cells: 60, gated: false, top: 60, sentences: 300).Build(),
            folder["a.atlas"]);
        using var connection = new SqliteConnection($"Data Source={folder["a.atlas"]};Mode=ReadOnly;Pooling=false");
        connection.Open();
        var queries = Query().Matches(File.ReadAllText(Document())).Select(match => match.Groups[1].Value).ToArray();
        Assert.Equal(13, queries.Length);
        foreach (string query in queries)
        {
            using var command = connection.CreateCommand();
            command.CommandText = query;
            using var rows = command.ExecuteReader();
            // The made-up corpus has no significant cell; every other query finds something.
            Assert.True(rows.Read() || query.Contains("q <="), query);
        }
    }

    private static string Document()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Combine(at.FullName, "docs", "atlas-format.md") is var path && File.Exists(path)) return path;
        throw new FileNotFoundException("docs/atlas-format.md");
    }

    [GeneratedRegex("```sql\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Query();
}
