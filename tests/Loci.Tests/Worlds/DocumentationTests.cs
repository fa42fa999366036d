using Loci.Worlds.Documentation;

namespace Loci.Tests.Worlds;

/// <summary>The documentation of libraries as a text whose topics are known.</summary>
public class DocumentationTests
{
    private const string Library = """
        <?xml version="1.0" encoding="utf-8"?>
        <doc>
          <assembly><name>Shapes</name></assembly>
          <members>
            <member name="T:Geo.Plane.Circle`1">
              <summary>A round thing, see <see cref="T:Geo.Plane.Point" /> and <see cref="M:Geo.Plane.Point.Move(System.Int32)" />.</summary>
              <typeparam name="T">The number.</typeparam>
            </member>
            <member name="M:Geo.Plane.Circle`1.#ctor(`0)">
              <summary>Makes a <see cref="T:Geo.Plane.Circle`1"/>
                of   a radius.</summary>
              <param name="radius">Its radius, or <see langword="null" />.</param>
              <exception cref="T:System.ArgumentException"><paramref name="radius" /> is negative.</exception>
              <example>not read</example>
            </member>
            <member name="T:Geo.Plane.Circle`1.Inner">
              <summary><para>One.</para><para>Two: <list type="bullet"><item><description>a</description></item><item>b</item></list> <c>x &lt; 1</c> &amp; <a href="u">link</a></para></summary>
            </member>
            <member name="P:Geo.Plane.Circle`1.Inner.Size">
              <summary>Gets the size.</summary>
              <value>The size.</value>
            </member>
            <member name="T:Geo.Solid.Ball">
              <summary>Its radius is 1.</summary>
              <remarks>Gets the size.</remarks>
            </member>
            <member name="F:Geo.Solid.Ball.Empty"><summary /></member>
            <member name="X:nonsense"><summary>left out</summary></member>
            <member><summary>nameless</summary></member>
          </members>
        </doc>
        """;

    [Fact]
    public void References_lists_and_code_are_resolved_and_each_passage_knows_its_place()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.xml"], Library);
        var text = DocumentationText.Read([folder["a.xml"]]);
        Assert.Equal(
            [
                "A round thing, see Point and Point.Move.", "T: The number.", "Makes a Circle<T> of a radius.",
                "radius: Its radius, or null.", "ArgumentException: radius is negative.",
                "One. Two: a b x < 1 & link", "Gets the size.", "The size.", "Its radius is 1.",
            ],
            text.Passages.Select(passage => passage.Text));
        Assert.Equal(1, text.Dropped); // the ball's remark says what a property's summary says
        Assert.Equal(
            [("Geo.Plane", "Circle<T>"), ("Geo.Plane", "Circle<T>.Inner"), ("Geo.Solid", "Ball")],
            text.Documents.Select(document => (document[0].Subject.Namespace, document[0].Subject.Type)));
        Assert.All(text.Passages, passage => Assert.Equal("Shapes", passage.Subject.Assembly));
        Assert.Equal(["", "", "", "", "", "", "Size", "Size", ""],
            text.Passages.Select(passage => passage.Subject.Name));
        Assert.Equal(
            ["summary", "typeparam", "summary", "param", "exception", "summary", "summary", "value", "summary"],
            text.Passages.Select(passage => passage.Kind));
    }

    [Fact]
    public void The_same_files_give_the_same_text_and_others_another()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.xml"], Library);
        File.WriteAllText(folder["b.xml"], Library.Replace("round", "flat"));
        string a = DocumentationText.Read([folder["a.xml"]]).Sha256;
        Assert.Equal(a, DocumentationText.Read([folder["a.xml"]]).Sha256);
        Assert.NotEqual(a, DocumentationText.Read([folder["b.xml"]]).Sha256);
        var both = DocumentationText.Read([folder["a.xml"], folder["b.xml"]]);
        Assert.Equal(10, both.Passages.Count()); // the second says one new thing
    }

    [Theory]
    [InlineData("<doc><assembly><name>A</name></assembly><members><member name=\"T:A.B\"><summary>cut", "whole XML")]
    [InlineData("<doc><members/></doc>", "names no assembly")]
    [InlineData("<html><body/></html>", "names no assembly")]
    [InlineData("", "whole XML")]
    [InlineData("MZ\u0000\u0001", "whole XML")]
    [InlineData("<!DOCTYPE doc [<!ENTITY a \"aaaa\">]><doc><assembly><name>&a;</name></assembly></doc>", "whole XML")]
    public void A_file_that_is_cut_or_something_else_is_refused_by_name(string content, string problem)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.xml"], content);
        var error = Assert.Throws<InvalidFileException>(() => DocumentationText.Read([folder["a.xml"]]));
        Assert.Contains(folder["a.xml"], error.Message);
        Assert.Contains(problem, error.Message);
    }

    [Fact]
    public void Elements_nested_without_end_are_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.xml"],
            "<doc><assembly><name>A</name></assembly><members><member name=\"T:A.B\"><summary>"
            + string.Concat(Enumerable.Repeat("<b>", 10_000)) + "deep"
            + string.Concat(Enumerable.Repeat("</b>", 10_000)) + "</summary></member></members></doc>");
        Assert.Contains("nested", Assert.Throws<InvalidFileException>(
            () => DocumentationText.Read([folder["a.xml"]])).Message);
    }

    [Fact]
    public void The_newest_pack_of_an_sdk_is_read_and_a_folder_without_one_is_none()
    {
        using var folder = new TemporaryFolder();
        foreach (string version in (string[])["9.0.10", "10.0.2", "10.0.2-preview.1", "10.0.1"])
        {
            string pack = folder[$"sdk/packs/Microsoft.NETCore.App.Ref/{version}/ref/net10.0"];
            Directory.CreateDirectory(pack);
            File.WriteAllText(Path.Combine(pack, "A.xml"), Library);
        }
        var found = SdkDocumentation.In(folder["sdk"]);
        Assert.Equal("10.0.2", found!.Version);
        Assert.Equal(["A.xml"], found.Files.Select(Path.GetFileName));
        Assert.Null(SdkDocumentation.In(folder["nowhere"]));
        Directory.CreateDirectory(folder["empty/packs/Microsoft.NETCore.App.Ref/10.0.1/ref/net10.0"]);
        Assert.Null(SdkDocumentation.In(folder["empty"]));
    }

    [Fact]
    public void A_folder_stands_for_the_documentation_beside_assemblies()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["p/lib/net8.0"]);
        File.WriteAllText(folder["p/lib/net8.0/b.xml"], Library);
        File.WriteAllText(folder["p/lib/net8.0/b.dll"], "");
        File.WriteAllText(folder["p/settings.xml"], "<x/>");
        Assert.Equal([folder["p/lib/net8.0/b.xml"]], DocumentationPaths.Expand([folder["p"]]));
        Directory.CreateDirectory(folder["q"]);
        Assert.Contains("no documentation",
            Assert.Throws<LociException>(() => DocumentationPaths.Expand([folder["q"]])).Message);
    }

    [Fact]
    public void Whole_assemblies_and_one_type_in_fifty_are_held_out_by_name()
    {
        var demo = HeldOutDocumentation.Demo;
        DocumentedMember[] types =
            [.. Enumerable.Range(0, 20_000).Select(i => new DocumentedMember("System.Runtime", "System", $"T{i}", ""))];
        Assert.InRange(types.Count(demo.Holds), 300, 500);
        Assert.All(
            types, type => Assert.Equal(demo.Holds(type), demo.Holds(type with { Name = "Any", Assembly = "B" })));
        Assert.True(demo.Holds(new("System.Formats.Cbor", "System.Formats.Cbor", "T1", "")));
    }
}
