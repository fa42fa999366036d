using Loci.Worlds;

namespace Loci.Tests.Worlds;

public class WordingTests
{
    [Theory]
    [InlineData("he is a engineer.", "He is an engineer.")]
    [InlineData("he is a \u0001engineer.", "He is an \u0001engineer.")]
    [InlineData("a unit of a army for a hour", "A unit of an army for an hour")]
    [InlineData("\u0001ann has a useful idea", "\u0001Ann has a useful idea")]
    [InlineData("a opera and a one day ticket", "An opera and a one day ticket")]
    public void Articles_and_capitals(string raw, string finished) => Assert.Equal(finished, Wording.Finish(raw));

    [Fact]
    public void A_grammar_says_choices_slots_and_remembered_words()
    {
        var grammar = new Grammar("g",
            "bird = owl | crow | wren\n== say\nThe {bird#} [sings|calls |], {s}.\n\n# nothing\nA {missing}.");
        var scene = new Scene(new Population());
        scene.Bind("s", new("Rovers", "club", Article: true, "they"));
        var draws = new Draws(3);
        string first = grammar.Expand(grammar["say"][0].Text, scene, draws);
        Assert.Matches("^The (owl|crow|wren)( sings| calls)?, the Rovers\\.$", first);
        for (int i = 0; i < 20; i++)
            Assert.Equal(first.Split(' ')[1].TrimEnd(','),
                grammar.Expand("the {bird#}.", scene, draws).Split(' ')[1].TrimEnd('.'));
        Assert.True(grammar.CanSay(grammar["say"][0], scene));
        Assert.False(grammar.CanSay(grammar["say"][1], scene));
        Assert.Equal("they were", grammar.Expand("{s.they} {s.was}", scene, draws));
    }

    [Fact]
    public void Draws_are_those_of_the_published_generator_and_a_deck_deals_all_before_any_again()
    {
        // The first outputs of SplitMix64 from 1234567, as its author's C code gives them.
        var draws = new Draws(1234567);
        ulong[] expected = [6457827717110365317, 3203168211198807973, 9817491932198370423];
        Assert.Equal(expected, Enumerable.Range(0, 3).Select(_ => draws.Bits()).ToArray());
        var deck = new Deck<int>([1, 2, 3, 4, 5], draws);
        for (int round = 0; round < 3; round++)
            Assert.Equal([1, 2, 3, 4, 5], Enumerable.Range(0, 5).Select(_ => deck.Deal()).Order());
        Assert.All(Enumerable.Range(0, 200), _ => Assert.InRange(draws.Between(2, 4), 2, 4));
    }
}
