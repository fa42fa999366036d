using System.Text;
using CsCheck;
using Loci.Models.Hub;

namespace Loci.Tests.Models.Hub;

/// <summary>Whatever a hub says: a reply whose files stay inside their folder, or a typed error.</summary>
public sealed class HostileReplyTests
{
    private static readonly byte[] Reply = Encoding.UTF8.GetBytes(
        $$"""{"id":"org/name","sha":"{{FakeHub.Commit}}","siblings":[{"rfilename":"config.json"},{"rfilename":"a/b.safetensors","size":3}]}""");

    [Fact]
    public void Replies() => Gen.Int.Sample(seed =>
    {
        try
        {
            var reply = HubReply.Parse(Mutation.Of(Reply, new Random(seed)), "http://hub/api");
            Assert.True(HubModelId.IsCommit(reply.Commit));
            string root = Path.GetFullPath("/root");
            Assert.All(reply.Files, file =>
                Assert.StartsWith(
                    root + Path.DirectorySeparatorChar, Path.GetFullPath(Path.Combine(root, file)),
                    StringComparison.Ordinal));
        }
        catch (LociException)
        {
        }
    }, iter: 20_000);

    [Fact]
    public void Ids() => Gen.OneOf(Gen.String, Gen.String["ab.-_/@"]).Sample(text =>
    {
        if (HubModelId.TryParse(text, out var id))
            Assert.DoesNotContain("..", id.Name + id.Revision, StringComparison.Ordinal);
    }, iter: 20_000);
}
