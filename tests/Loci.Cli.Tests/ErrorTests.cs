using Loci.Tests;

namespace Loci.Cli.Tests;

/// <summary>
/// Whatever goes wrong: exit code 1 or 2, one clear message, no stack trace, and nothing half-written.
/// </summary>
public sealed class ErrorTests(BuiltAtlas atlas) : IClassFixture<BuiltAtlas>
{
    /// <summary>
    /// A command line, its exit code, and what the message says. ATLAS, TEXT and DIR stand for paths.
    /// </summary>
    public static TheoryData<string, int, string> Cases => new()
    {
        { "frobnicate", 2, "«frobnicate» is not a command" },
        { "model info", 2, "MODEL is missing. A directory" },
        { "model info constructed more", 2, "«more»" },
        { "model info constructed --nonsense", 2, "«--nonsense» is not an option of loci model info." },
        { "model inof constructed", 2, "Did you mean loci model info?" },
        { "atals show ATLAS L0/0", 2, "Did you mean loci atlas?" },
        { "search ATLAS upon", 2, "Did you mean loci atlas search?" },
        { "serch ATLAS upon", 2, "Did you mean loci atlas search?" },
        { "lab interference --rules dleta", 2, "Did you mean delta?" },
        { "atlas fetch ATLAS", 2, "there are build, show, search, merge, export" },
        { "trace constructed a --thread 1", 2, "Did you mean --threads?" },
        { "trace constructed a --tpo 1", 2, "Did you mean --top?" },
        { "model run constructed --top", 2, "--top needs N after it. How many next tokens" },
        { "model run constructed --ids 1 --top 2 --top 3", 2, "--top is given 2 times; give it once." },
        { "atlas show ATLAS", 2, "CELL is missing. A cell: L2/17" },
        { "atlas show", 2, "ATLAS is missing. An atlas file" },
        { "atlas merge DIR/x.atlas", 2, "PART is missing. All parts" },
        { "atlas build constructed --corpus TEXT --out DIR/x.atlas --unit sentense", 2, "Did you mean sentence?" },
        { "trace constructed a --set L9/1=0", 2, "--set: there is no cell L9/1: the model has layers 0 to 1." },
        { "trace constructed a --set L1/48=0", 2, "--set: there is no cell L1/48: layer 1 has cells 0 to 47." },
        { "trace constructed a --set L7=0", 2, "--set: there is no layer L7" },
        { "trace constructed a --set L1/4-=0", 2,
            "--set: L1/4- is one pole; a coefficient belongs to the whole cell: L1/4=0." },
        { "trace constructed a --set L1/4", 2, "--set: «L1/4» is not a change" },
        { "trace constructed a --set L1/4=much", 2, "«much» in «L1/4=much» is not a number" },
        { "trace constructed a --set L1/4=xNaN", 2, "is not a number" },
        { "trace constructed a --set @DIR/none.txt", 1, "there is no file" },
        { "trace constructed a --set ,", 2, "there is no change in it" },
        { "model run constructed --ids 1 --set L1/48=0", 2, "there is no cell L1/48" },
        { "report ATLAS --out DIR/report --model demo --corpus TEXT", 1, "demo is not the model of" },
        { "model info ./none", 1, "no model «./none»" },
        { "model info TEXT", 1, "not a llama2.c .bin" },
        { "model info DIR", 1, "neither config.json nor a llama2.c .bin" },
        { "model check DIR/none", 1, "no file or folder" },
        { "model check constructed", 2, "is built in, and opens" },
        { "model convert demo", 2, "--out" },
        { "model convert demo --out DIR/x.gguf", 2, "GGUF is read and not written" },
        { "model convert demo --out DIR", 1, "exists. Give another name" },
        { "model convert demo --out DIR/x --dtype int8", 2, "not «int8»" },
        { "model run constructed", 2, "either --text or --ids" },
        { "model run constructed --text a --ids 1", 2, "either --text or --ids" },
        { "model run constructed --ids ,", 2, "no tokens" },
        { "model run constructed --ids 1,x", 2, "--ids: «x»" },
        { "model run constructed --ids 1,-2", 2, "--ids: «-2»" },
        { "model run constructed --ids 1,99999999999", 2, "--ids: «99999999999»" },
        { "model run constructed --ids 1,59", 1, "Token 59 is outside the model's vocabulary of 59" },
        { "model run constructed --ids 1 --top 0", 2, "--top is a whole number from 1" },
        { "model run constructed --ids 1 --threads 0", 2, "--threads is a whole number from 1" },
        { "model run constructed --ids 1 --threads many", 2, "«many»" },
        { "model run constructed --ids 1 --taps logits", 2, "--taps and --out go together" },
        { "model run constructed --ids 1 --out DIR/x", 2, "--taps and --out go together" },
        { "model run constructed --ids 1 --taps nonsense --out DIR/x", 1, "«nonsense» is not a tap" },
        { "model run constructed --ids 1 --taps layers.2.coefficients --out DIR/x", 1, "layers.2.coefficients" },
        { "model run constructed --ids 1 --taps logits --out DIR", 1, "is a folder; name a file" },
        { "model run constructed --ids 1 --taps logits --out DIR/none/x", 1, "there is no folder" },
        { $"model run constructed --ids {string.Join(',', Enumerable.Repeat("1", 33))}", 1,
            "33 tokens is longer than the model's context of 32" },
        { "generate constructed once --temperature 0", 2, "--temperature is a number above 0" },
        { "generate constructed once --temperature NaN", 2, "--temperature is a number above 0" },
        { "generate constructed once --max-tokens 0", 2, "--max-tokens is a whole number from 1" },
        { "generate constructed once --seed -1", 2, "--seed is a whole number from 0" },
        { "atlas build constructed --corpus DIR/none.txt --out DIR/x.atlas", 1,
            "none.txt: there is no such file or folder" },
        { "atlas build constructed --corpus DIR/empty.txt --out DIR/x.atlas", 1, "The corpus holds no text" },
        { "atlas build constructed --corpus TEXT --out DIR", 1, "is a folder; name a file" },
        { "atlas build constructed --corpus TEXT --out DIR/none/x.atlas", 1, "there is no folder" },
        { "atlas build constructed --out DIR/none/x.atlas", 1, "there is no folder" },
        { "atlas build constructed --corpus TEXT --out DIR/x.atlas --part 3/2", 2, "«3/2» in --part is not K/N" },
        { "atlas build constructed --corpus TEXT --out DIR/x.atlas --part 1", 2, "«1» in --part is not K/N" },
        { "atlas build constructed --corpus TEXT --out DIR/x.atlas --threads 0", 2,
            "--threads is a whole number from 1" },
        { "atlas build constructed --corpus TEXT --out DIR/x.atlas --top 0", 2, "--top is a whole number from 1" },
        { "atlas build constructed --corpus TEXT --out DIR/x.atlas --top 70000", 2,
            "--top is a whole number from 1 to 65535" },
        { "atlas build constructed --corpus TEXT --out DIR/x.atlas --unit verse", 2,
            "--unit is one of sentence, line, document, not «verse»." },
        { "atlas build constructed --corpus TEXT --out DIR/x.atlas --max-sentences 0", 2,
            "--max-sentences is a whole number from 1" },
        { "atlas build constructed --corpus TEXT --out DIR/x.atlas --checkpoint-seconds 0", 2,
            "--checkpoint-seconds is a whole number from 1" },
        { "atlas show DIR/none.atlas L0/0", 1, "There is no atlas" },
        { "atlas show TEXT L0/0", 1, "not an atlas" },
        { "atlas show DIR/empty.txt L0/0", 1, "not an atlas" },
        { "atlas show ATLAS L0/48", 1, "L0/48" },
        { "atlas show ATLAS L2/0", 1, "L2/0" },
        { "atlas show ATLAS L0/0-", 1, "only the cells of gated layers have a negative pole" },
        { "atlas show ATLAS 17", 2, "«17» is not a cell" },
        { "atlas show ATLAS L99999999999/1", 2, "is not a cell" },
        { "atlas search ATLAS upon --limit 0", 2, "--limit is a whole number from 1" },
        { "atlas merge DIR/x.atlas ATLAS", 1, "not a part" },
        { "atlas merge DIR/x.atlas TEXT", 1, "not an atlas" },
        { "atlas merge DIR/x.atlas DIR/none.atlas", 1, "none.atlas" },
        { "atlas merge DIR ATLAS", 1, "is a folder" },
        { "atlas export ATLAS --out TEXT", 1, "is a file; --out names a folder" },
        { "atlas export ATLAS", 2, "--out" },
        { "atlas export DIR/none.atlas --out DIR/tables", 1, "There is no atlas" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Mistakes_are_explained(string line, int code, string says)
    {
        using var folder = new TemporaryFolder();
        folder.Write("empty.txt", []);
        var outcome = Tool.Run([.. line.Split(' ').Select(word =>
            word.Replace("ATLAS", atlas.Path).Replace("TEXT", atlas.Text).Replace("DIR", folder.Path))]);

        Assert.Equal(code, outcome.Code);
        Assert.Contains(says, outcome.Error);
        Assert.Equal("", outcome.Out);
        Assert.StartsWith("error: ", outcome.Error);
        Assert.DoesNotContain("   at ", outcome.Error);
        Assert.DoesNotContain("Exception", outcome.Error);
        Assert.Equal(["empty.txt"], folder.Names);
        Assert.Empty(Directory.GetDirectories(folder.Path));
    }

    [Fact]
    public void A_text_that_is_not_the_constructed_language_is_not_overwritten()
    {
        using var folder = new TemporaryFolder();
        folder.Write("notes.corpus.txt", "my notes"u8.ToArray());
        var outcome = Tool.Run("atlas", "build", "constructed", "--out", folder["notes.atlas"]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("notes.corpus.txt is there already", outcome.Error);
        Assert.Equal("my notes", File.ReadAllText(folder["notes.corpus.txt"]));
        Assert.Equal(["notes.corpus.txt"], folder.Names);
    }

    [Fact]
    public void A_damaged_model_is_refused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("config.json", "{\"model_type\":"u8.ToArray());
        var outcome = Tool.Run("model", "info", folder.Path);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("config.json", outcome.Error);
        File.Delete(folder["config.json"]);
        folder.Write("model.bin", [1, 2, 3]);
        Assert.Equal(1, Tool.Run("generate", folder.Path, "a").Code);
    }
}
