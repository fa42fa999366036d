namespace Loci.Cli.Tests.Repository;

/// <summary>A line of code has at most 120 characters, a file of code at most 400 lines.</summary>
public class LineLengthTests
{
    private const int MostCharacters = 120;
    private const int MostLines = 400;

    // Lines that were longer when this test was written. Never raise the number; lower it when lines were broken.
    private const int LongLinesLeft = 2600;

    private static IEnumerable<string> Code =>
        Checkout.Files().Where(file => file.EndsWith(".cs", StringComparison.Ordinal));

    [Fact]
    public void No_more_lines_are_too_long_than_there_were()
    {
        string[] tooLong =
        [
            .. from file in Code
               from line in File.ReadLines(Checkout.PathOf(file)).Select((text, index) => (text, number: index + 1))
               where line.text.Length > MostCharacters
               select $"{file}({line.number}): {line.text.Length} characters",
        ];
        Assert.True(
            tooLong.Length <= LongLinesLeft, $"{tooLong.Length} lines are too long:\n{string.Join('\n', tooLong)}");
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
