using Loci.Torch.Runs;

namespace Loci.Torch.Tests;

public class TokenWindowsTests
{
    private const int Begin = 0, Length = 5;

    // A begin token before every seven others; the others tell their place.
    private static readonly int[] s_stream = [.. Enumerable.Range(0, 203).Select(i => i % 8 == 0 ? Begin : i)];

    [Theory]
    [InlineData(1), InlineData(-1)]
    public void A_window_follows_a_begin_token_and_predicts_the_stream(int seed)
    {
        var windows = new TokenWindows(s_stream, Begin, Length, seed);
        for (long number = 0; number < 4 * windows.Count; number++)
        {
            var (inputs, targets) = Window(windows, number);
            Assert.Equal(Begin, inputs[0]);
            Assert.NotEqual(Begin, targets[0]);
            Assert.Equal(targets[..^1], inputs[1..]);
            int start = Array.IndexOf(s_stream, (int)targets[0]);
            Assert.Equal(s_stream[start..(start + Length)].Select(token => (long)token), targets);
        }
    }

    [Fact]
    public void An_epoch_reads_every_window_once_in_an_order_of_its_own()
    {
        var windows = new TokenWindows(s_stream, Begin, Length, 7);
        long[][] epochs = [.. Enumerable.Range(0, 3)
            .Select(e => Enumerable.Range(0, windows.Count)
                .Select(i => Window(windows, e * windows.Count + i).Targets[0]).ToArray())];
        foreach (long[] starts in epochs) Assert.Equal(windows.Count, starts.Distinct().Count());
        Assert.NotEqual(epochs[0], epochs[1]);
        Assert.NotEqual(epochs[1], epochs[2]);
        // Out of order, the same.
        Assert.Equal(epochs[0], Enumerable.Range(0, windows.Count).Select(i => Window(windows, i).Targets[0]));
    }

    [Fact]
    public void Too_little_text_is_refused() =>
        Assert.Throws<LociException>(() => new TokenWindows([0, 1, 2, 3], Begin, Length, 1));

    private static (long[] Inputs, long[] Targets) Window(TokenWindows windows, long number)
    {
        long[] inputs = new long[Length], targets = new long[Length];
        windows.Fill(number, inputs, targets);
        return (inputs, targets);
    }
}
