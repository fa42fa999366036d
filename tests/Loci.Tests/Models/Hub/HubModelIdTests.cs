using Loci.Models.Hub;

namespace Loci.Tests.Models.Hub;

public sealed class HubModelIdTests
{
    [Theory]
    [InlineData("gpt2", "gpt2", "main")]
    [InlineData("org/na.me-1_x", "org/na.me-1_x", "main")]
    [InlineData("org/name@v1.0", "org/name", "v1.0")]
    [InlineData("org/name@refs/pr/7", "org/name", "refs/pr/7")]
    public void Reads_ids(string text, string name, string revision)
    {
        var id = HubModelId.Parse(text);
        Assert.Equal((name, revision), (id.Name, id.Revision));
        Assert.Equal(text, id.ToString());
    }

    [Theory]
    [
        InlineData(""), InlineData("/"), InlineData("a/b/c"), InlineData("../x"), InlineData("a/.."),
        InlineData("a..b/c"), InlineData("-a/b"),
    ]
    [
        InlineData("a b"), InlineData("a/b@"), InlineData("a/b@../x"), InlineData("a/b@/x"), InlineData("a/b@x/"),
        InlineData("a/b@x@y"),
    ]
    [
        InlineData("a--b"), InlineData("a/b\n"), InlineData("a/b@x\n"), InlineData("ä/b"), InlineData("a/b?x"),
        InlineData("a\\b"),
    ]
    public void Refuses_what_is_no_id(string text) => Assert.Throws<LociException>(() => HubModelId.Parse(text));
}
