using Loci.Text;

namespace Loci.Tests.Text;

/// <summary>Paragraphs split by hand: a bar stands wherever a careful reader sees a sentence end.</summary>
public class SentenceSplitterTests
{
    [Theory]
    // plain
    [InlineData("The cat sat.|The dog ran.|Nobody spoke!|Why?")]
    [InlineData("No terminator at all")]
    [InlineData("It cost $3.14 and weighed 2.5 kg.|That was in 1990.|In 1991 it doubled.")]
    [InlineData("See example.com for more.|Node.js is not a sentence end.")]
    [InlineData("What?!|You cannot be serious...|We are.")]
    [InlineData("There were 12.|15 people left.")]
    [InlineData("I use an iPhone.|iPhone sales rose.")]
    [InlineData("I like it.|.NET is fine too.")]
    [InlineData("He was sure.[12]|She was not.[3][4]|They left.")]
    [InlineData("It rained; we stayed: nobody minded.|Then it stopped.")]
    [InlineData("Great! 😀")]
    [InlineData("He ran (it was late).|She walked.")]
    [InlineData("He ran.|(It was late.)|She walked.")]
    // abbreviations and initials
    [InlineData("Mr. Brown met Dr. Smith.|Mrs. Brown did not.")]
    [InlineData("The U.S. Army left.|They came from the U.S.|The rest stayed.")]
    [InlineData("J. K. Rowling wrote it.|J.R.R. Tolkien did not.")]
    [InlineData("We met at 5 p.m. on Monday.|At 6 a.m. we left.")]
    [InlineData("We met at 5 p.m.|Nobody else came.")]
    [InlineData("Use fruit, e.g. Apples, or roots, i.e. Carrots.|Nothing else.")]
    [InlineData("No. I will not.", "No.|I will not.")]
    [InlineData("See No. 5 on p. 12 and Fig. 3.|It is clear.")]
    [InlineData("St. Louis is in Missouri.|Mt. Fuji is not.")]
    [InlineData("Smith v. Jones was decided in Jan. 1990.|It stands.")]
    [InlineData("Apple Inc. The company grew.", "Apple Inc.|The company grew.")]
    [InlineData("Apple Inc. Chairman Jones left.")]
    [InlineData("John Smith Jr. and Martin Luther King Jr. spoke.|He listened.")]
    [InlineData("They sold pens, ink, etc. Then they left.", "They sold pens, ink, etc.|Then they left.")]
    [InlineData("She holds a Ph.D. in physics.|Her brother has none.")]
    [InlineData("It was I. He had left.", "It was I.|He had left.")]
    [InlineData("It ended World War I. German troops withdrew.", "It ended World War I.|German troops withdrew.")]
    [
        InlineData(
            "The paper of Geva et al. Shows nothing of the kind.",
            "The paper of Geva et al.|Shows nothing of the kind."),
    ]
    [InlineData("The desk was the teacher's.|Although old, it stood.")]
    [InlineData("Prof. Lee et al. found it in approx. 3 of 4 cases.|Others failed.")]
    // quotations
    [InlineData("\"Let's go!\" said Tom.|They went.")]
    [InlineData("\"Let's go!\" Tom said.|They went.")]
    [InlineData("\"Let's go.\"|Tom ran.")]
    [InlineData("\"Can I?\" he asked.|\"Yes,\" she said.|\"You can.\"")]
    [InlineData("She said, \"I am here.\"|He nodded.")]
    [InlineData("\"Where are you?\"|Mom said, \"I am here.\"")]
    [InlineData("“Is it true?” Anna whispered.|“It is.”|He smiled.")]
    [InlineData("‘Stop!’ cried the guard.|Nobody stopped.")]
    [InlineData("\"Will you play with me?\"|The shark happily said yes and swam.")]
    [InlineData("\"We must share.\"|Tim agreed, and they got the coin.")]
    [InlineData("She asked, \"What is it?\".|Her mom smiled.")]
    [InlineData("He said â€œHi!â€ and left.|â€œBye,â€ she said.")]
    [InlineData("He said, â€œHi!â€|â€œBye,â€ she said.")]
    [InlineData("«Venez!» dit Paul.|Il sortit.")]
    // ellipses
    [InlineData("I... I don't know.|Wait... what?")]
    [InlineData("He waited...|Nobody came.")]
    [InlineData("He waited…|Nobody came.")]
    [InlineData("...and then he left.|Good.")]
    // lists
    [InlineData("1. Open the box.|2. Take the key.|3. Close it.")]
    [InlineData("A. First this.|B. Then that.")]
    // other scripts
    [InlineData("我们走吧。好的！你呢？", "我们走吧。|好的！|你呢？")]
    [InlineData("「行こう！」と彼は言った。彼は出た。", "「行こう！」と彼は言った。|彼は出た。")]
    [InlineData("هل أنت هنا؟|نعم.|أنا هنا.")]
    [InlineData("यह एक वाक्य है।|यह दूसरा है।")]
    public void Splits_cased_text(string text, string? expected = null) => Check(text, expected);

    [Theory]
    [InlineData("one day, a girl named lily found a needle.|she knew it was sharp.")]
    [InlineData("\"can you share it with me?\"|her mom smiled and said, \"yes, lily, we can.\"")]
    [InlineData("\"do you want to play?\" asked the little fish.|the crab looked at fin.")]
    [InlineData("\"let's go!\" said tom.|they went.")]
    [InlineData("\"i want to climb the vine!\" the little girl said, hopping from one foot to the other.")]
    [InlineData("\"hi, sam!\" tim called out.|sam waved.")]
    [InlineData("the owl said, \"let's measure our tails!\"|the mouse thought it was a fun game.")]
    [InlineData("\"what is it?\" she asked.|\"a box.\"|they opened it.")]
    [InlineData("mr. brown and mrs. green met dr. white.|they talked.")]
    [InlineData("j. k. rowling wrote it.|we read it.")]
    [InlineData("wow!|what a day.|the end.")]
    [InlineData("he lives in the u.s. army base.|it is big.")]
    [InlineData("no. i will not.", "no.|i will not.")]
    [InlineData("um... maybe so.|she waited...|then she left.")]
    [InlineData("it cost 3.14 dollars.|we paid.")]
    [InlineData("\"no, it's mine!\" tom says.|ben cries.")]
    [InlineData("the cat sat.|the sun was red.|he was ill.|the end.")]
    [InlineData("\"thank you,\" said the bird.|\"you are kind!\"|they sang.")]
    public void Splits_text_that_lost_its_upper_case(string text, string? expected = null) => Check(text, expected);

    [Theory]
    [InlineData("It is closely related to H. americanus .|It may grow to 60 cm ( 24 in ) .")]
    [InlineData("The prey weighs 0 @.@ 7 – 2 @.@ 2 kg .|<unk> eat it .")]
    [InlineData("He called it a \" dark <unk> . \"|Others agreed .")]
    [InlineData("He left .|\" I wanted that , \" she said .")]
    [InlineData("On SmackDown ! , <unk> won the title .|Then he lost it .")]
    [InlineData("He wrote \" <unk> ... because he wanted \" .|Nobody knew .")]
    [InlineData("First Lieutenant Charles I. <unk> of D Company moved .|He fell .")]
    [InlineData("It is Republic Act No. <unk> , he said .|It stands .")]
    [InlineData("He paused . . .|Then he spoke .")]
    [InlineData("<unk> ( c . 46 – 127 ) wrote it .|It is lost .")]
    [InlineData("The musicals Oliver ! and <unk> were played .|They failed .")]
    public void Keeps_tokenised_text_as_it_is(string text, string? expected = null) => Check(text, expected);

    [Theory]
    [InlineData(" = Homarus gammarus = \n \n Homarus gammarus is a lobster . It is blue . \n",
        "= Homarus gammarus =|Homarus gammarus is a lobster .|It is blue .")]
    [InlineData("Introduction\nThe cat sat on the mat and looked at the sky until it was\ndark. Then it slept.",
        "Introduction|The cat sat on the mat and looked at the sky until it was dark.|Then it slept.")]
    [InlineData("First Citizen:\nWhat authority surfeits on would relieve us: if they\nwould yield us but the "
    + "superfluity.\nSpeak!",
        "First Citizen:|What authority surfeits on would relieve us: if they would yield us but the "
            + "superfluity.|Speak!")]
    [InlineData("apples\npears\nplums", "apples|pears|plums")]
    [InlineData("You will need these things for the cake:\n- flour from the shop\n- eggs.",
        "You will need these things for the cake:|- flour from the shop|- eggs.")]
    [InlineData("she was happy\r\n\r\nthe end", "she was happy|the end")]
    [InlineData(" Carl <unk> — writing , production \n <unk> Lundin — writing \n Credits adapted from the notes . ",
        "Carl <unk> — writing , production|<unk> Lundin — writing|Credits adapted from the notes .")]
    public void Line_ends_are_sentence_ends_unless_lines_are_wrapped(string text, string expected) =>
        Assert.Equal(expected.Split('|'), SentenceSplitter.Split(text));

    [Fact]
    public void Lines_and_documents_are_units_too()
    {
        const string text = " One. Two.\n\n  Three. \n";
        Assert.Equal(["One. Two.", "Three."], SentenceSplitter.Split(text, SentenceUnit.Line));
        Assert.Equal(["One. Two.\n\n  Three."], SentenceSplitter.Split(text, SentenceUnit.Document));
        Assert.Empty(SentenceSplitter.Split(" \n\t\n"));
    }

    private static void Check(string text, string? expected)
    {
        string[] sentences = (expected ?? text).Split('|');
        Assert.Equal(sentences, SentenceSplitter.Split(expected is null ? text.Replace('|', ' ') : text));
    }
}
