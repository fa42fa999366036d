namespace Loci.Cli.Tests.Repository;

/// <summary>A line of code has at most 120 characters, a file of code at most 400 lines.</summary>
public class LineLengthTests
{
    private const int MostCharacters = 120;
    private const int MostLines = 400;

    private static IEnumerable<string> Code =>
        Checkout.Files().Where(file => file.EndsWith(".cs", StringComparison.Ordinal));

    [Fact]
    public void No_line_is_too_long()
    {
        string[] tooLong = [.. Code.SelectMany(TooLong)];
        Assert.True(tooLong.Length == 0, $"{tooLong.Length} lines are too long:\n{string.Join('\n', tooLong)}");
    }

    // What stands between the three quotes of a raw literal is data, not code: a break would change it.
    private static IEnumerable<string> TooLong(string file)
    {
        bool raw = false;
        int number = 0;
        foreach (string line in File.ReadLines(Checkout.PathOf(file)))
        {
            number++;
            int marks = line.Split("\"\"\"").Length - 1;
            if (line.Length > MostCharacters && !raw && marks == 0) yield return $"{file}({number}): {line.Length}";
            if (marks % 2 == 1) raw = !raw;
        }
    }

    [Fact]
    public void No_file_is_too_long()
    {
        // Tables that a program wrote.
        string[] generated = ["src/Loci.Tokenizers/Unicode/UnicodeData.cs"];
        Assert.All(Code.Except(generated), file =>
            Assert.True(
                File.ReadLines(Checkout.PathOf(file)).Count() <= MostLines, $"{file} has more than {MostLines} lines"));
    }
}
