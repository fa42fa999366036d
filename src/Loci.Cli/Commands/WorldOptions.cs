using System.CommandLine;

namespace Loci.Cli.Commands;

/// <summary>What the commands about a world share: which world, and which text of it.</summary>
internal static class WorldOptions
{
    public static Option<long> Words()
    {
        var words = Shared.Whole(
            "--words", "Words and punctuation marks to write; the last document is finished.", least: 1L,
            most: 10_000_000_000);
        words.DefaultValueFactory = _ => 1_000_000;
        return words;
    }

    public static Option<int> Seed() =>
        Shared.Count("--seed", "Seed of the text; others tell the same facts otherwise.", least: 0, fallback: 1);

    public static Option<int> World() =>
        Shared.Count("--world", "Seed of the world itself: its names and facts.", least: 0, fallback: 1);
}
