using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using CsCheck;
using Loci.Views;

namespace Loci.Tests.Views;

/// <summary>The contracts of the command line: documented, named alike, and as they were.</summary>
public sealed class ViewTests
{
    [Fact]
    public void Every_record_and_field_is_documented()
    {
        RequireComments();
        foreach (var record in ViewSchema.Records())
        {
            Assert.False(string.IsNullOrWhiteSpace(ViewSchema.Summary(record.Type)), record.Type.Name);
            Assert.All(record.Properties, property =>
                Assert.False(
                    string.IsNullOrWhiteSpace(ViewSchema.Field(record.Type, property)),
                    $"{record.Type.Name}.{property.Name}"));
        }
    }

    [Fact]
    public void Fields_are_in_snake_case()
    {
        RequireComments();
        foreach (var record in ViewSchema.Records())
            Assert.All(record.Properties, property => Assert.Matches("^[a-z][a-z0-9]*(_[a-z0-9]+)*$", property.Name));
    }

    /// <summary>
    /// A field that changes its name or type shows here. <c>LOCI_WRITE_DOCS=1</c> writes the page anew.
    /// </summary>
    [Fact]
    public void The_page_of_the_schema_is_that_of_the_records()
    {
        RequireComments();
        string path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../docs/json.md")),
            page = ViewSchema.Page();
        if (Environment.GetEnvironmentVariable("LOCI_WRITE_DOCS") == "1") File.WriteAllText(path, page);
        Assert.Equal(page, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Json_on_a_terminal_shows_what_it_holds_and_means_the_same()
    {
        string document = JsonText.Escape(
            Encoding.UTF8.GetString(
                ViewJson.Write(new ScoredTokenView(1, "\e[31m a\u202Eb\u200Bc\u200D é 語 👩 <unk>", 0.5f))));
        Assert.DoesNotContain(document, c => c is '\e' or '\u202E' or '\u200B' or '\u200D');
        Assert.Contains("é 語", document);
        Assert.Contains("<unk>", document);
        Assert.Equal(
            "\e[31m a\u202Eb\u200Bc\u200D é 語 👩 <unk>",
            JsonDocument.Parse(document).RootElement.GetProperty("token").GetString());
    }

    [Fact]
    public void Any_text_survives_json() => Gen.String.Sample(text =>
    {
        string sound = new([.. text.EnumerateRunes().SelectMany(rune => rune.ToString())]); // no half characters
        string document = JsonText.Escape(Encoding.UTF8.GetString(ViewJson.Write(new TokenView(0, sound))));
        Assert.Equal(sound, JsonDocument.Parse(document).RootElement.GetProperty("token").GetString());
        Assert.Equal(document, VisibleText.Of(document));
    });

    [Fact]
    public void Visible_text_commands_nothing() => Gen.String.Sample(text =>
    {
        string visible = VisibleText.Of(text);
        Assert.DoesNotContain(visible, c => char.IsControl(c) && c is not ('\n' or '\t'));
        Assert.DoesNotContain(visible.EnumerateRunes(), rune =>
            Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.Format);
        Assert.Equal(visible, VisibleText.Of(visible));
    });

    // A plain build writes no documentation files; that of CI does.
    private static void RequireComments() => Assert.SkipUnless(
        File.Exists(Path.ChangeExtension(typeof(ViewJson).Assembly.Location, ".xml")),
        "this build has no documentation files: CI=true makes them");

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
