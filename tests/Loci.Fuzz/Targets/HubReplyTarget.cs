using Loci.Models.Hub;

namespace Loci.Fuzz.Targets;

/// <summary>What a hub answers about a model: its file names stay inside their folder.</summary>
internal static class HubReplyTarget
{
    public static Target Target { get; } = new("hub-reply",
        """{"id":"o/n","sha":"0123456789abcdef0123456789abcdef01234567","siblings":[{"rfilename":"config.json"},{"rfilename":"a/b.bin"}]}"""u8.ToArray(), Read);

    private static void Read(byte[] input)
    {
        string root = Path.GetFullPath("root") + Path.DirectorySeparatorChar;
        foreach (string file in HubReply.Parse(input, "http://hub/api").Files)
            Target.Require(
                Path.GetFullPath(Path.Combine(root, file)).StartsWith(root, StringComparison.Ordinal),
                "a file stays inside its folder");
    }
}
