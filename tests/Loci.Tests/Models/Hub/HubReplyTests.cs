using System.Text;
using Loci.Models.Hub;

namespace Loci.Tests.Models.Hub;

public sealed class HubReplyTests
{
    private const string Sha = $"\"sha\":\"{FakeHub.Commit}\"";

    [Fact]
    public void Reads_commit_and_files_among_other_things()
    {
        var reply = Parse(
            $$$"""{"id":"org/name","siblings":[{"size":1,"rfilename":"a.json","lfs":{"x":[1]}},{"rfilename":"b/c.bin"}],{{{Sha}}},"tags":[[]]} """);
        Assert.Equal(FakeHub.Commit, reply.Commit);
        Assert.Equal(["a.json", "b/c.bin"], reply.Files.Order());
    }

    [Theory]
    [
        InlineData("../x"), InlineData("/etc/passwd"), InlineData("a/../b"), InlineData("a//b"), InlineData("a/"),
        InlineData(""),
    ]
    [
        InlineData("..\\\\x"), InlineData("C:\\\\x"), InlineData("C:x"), InlineData("."), InlineData("a\\u0000b"),
        InlineData("a\\u001b[1mb"),
    ]
    public void Hostile_names_are_refused(string name)
    {
        var error = Assert.Throws<InvalidFileException>(
            () => Parse($$$"""{{{{Sha}}},"siblings":[{"rfilename":"config.json"},{"rfilename":"{{{name}}}"}]}"""));
        Assert.Contains("no path inside", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("""{"siblings":[]}""")]
    [InlineData("""{"sha":"main","siblings":[]}""")]
    [InlineData("""{"sha":"../../../../../../../../../../../../xxxx","siblings":[]}""")]
    [InlineData("""{"sha":1,"siblings":[]}""")]
    [InlineData("{" + Sha + "}")]
    [InlineData("{" + Sha + ",\"siblings\":{}}")]
    [InlineData("{" + Sha + ",\"siblings\":[1]}")]
    [InlineData("{" + Sha + ",\"siblings\":[{\"rfilename\":null}]}")]
    [InlineData("{" + Sha + ",\"siblings\":[{\"rfilename\":\"\\ud800\"}]}")]
    [InlineData("{" + Sha + ",\"siblings\":[]")]
    public void Says_that_a_reply_is_none(string json) => Assert.Throws<InvalidFileException>(() => Parse(json));

    [Fact]
    public void Deep_nesting_is_refused() =>
        Assert.Throws<InvalidFileException>(
            () => Parse("{\"x\":" + new string('[', 100_000) + new string(']', 100_000) + "}"));

    private static HubReply Parse(string json) => HubReply.Parse(Encoding.UTF8.GetBytes(json), "http://hub/api");
}
