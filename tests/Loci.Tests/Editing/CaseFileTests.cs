using Loci.Editing;

namespace Loci.Tests.Editing;

/// <summary>Published files of edits, each kind on a small one made by hand.</summary>
public sealed class CaseFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_full_record_of_CounterFact()
    {
        var one = Assert.Single(Read("""
            [{"case_id": 7, "pararel_idx": 2796,
              "requested_rewrite": {"prompt": "The mother tongue of {} is", "relation_id": "P103",
                "target_new": {"str": "English", "id": "Q1860"}, "target_true": {"str": "French", "id": "Q150"},
                "subject": "Danielle Darrieux"},
              "paraphrase_prompts": ["Shayna does this. Danielle Darrieux, a native"],
              "neighborhood_prompts": ["The native language of Montesquieu is", "Michel Rocard spoke"],
              "attribute_prompts": ["J.R.R. Tolkien speaks"],
              "generation_prompts": ["Danielle Darrieux's mother tongue is"]}]
            """));
        Assert.Equal("7", one.Id);
        Assert.Equal(
            new("The mother tongue of Danielle Darrieux is", "Danielle Darrieux", "English"), one.Request);
        Assert.Equal("French", one.Before);
        Assert.Equal(["Shayna does this. Danielle Darrieux, a native"], one.Paraphrases);
        Assert.Equal(
            [new("The native language of Montesquieu is", "French"), new("Michel Rocard spoke", "French")],
            one.Neighbours);
        Assert.Equal(["Danielle Darrieux's mother tongue is"], one.Openings);
        Assert.Empty(one.Probes);
    }

    [Fact]
    public void Flat_records_and_our_own_batches_as_lines()
    {
        var cases = Read("""
            {"prompt": "{} was born in", "subject": "Ada", "target_new": "Rome", "target_true": "London"}

            {"prompt": "Ada died in", "subject": "Ada", "target": " Paris"}
            """);
        Assert.Equal([new("Ada was born in", "Ada", "Rome"), new("Ada died in", "Ada", " Paris")],
            cases.Select(one => one.Request));
        Assert.Equal(["London", null], cases.Select(one => one.Before));
        Assert.Equal(["0", "1"], cases.Select(one => one.Id));
    }

    [Fact]
    public void A_record_of_zsRE()
    {
        var one = Assert.Single(Read("""
            [{"subject": "Watts Humphrey", "src": "What university did Watts Humphrey attend?",
              "pred": "Trinity College", "rephrase": "What university did Watts Humphrey take part in?",
              "alt": "University of Michigan", "answers": ["Illinois Institute of Technology"],
              "loc": "nq question: who played desmond doss father in hacksaw ridge", "loc_ans": "Hugo Weaving"}]
            """));
        Assert.Equal(
            new("What university did Watts Humphrey attend?", "Watts Humphrey", "University of Michigan"), one.Request);
        Assert.Equal("Illinois Institute of Technology", one.Before);
        Assert.Equal(["What university did Watts Humphrey take part in?"], one.Paraphrases);
        Assert.Equal([new("who played desmond doss father in hacksaw ridge", "Hugo Weaving")], one.Neighbours);
    }

    [Fact]
    public void A_record_of_MQuAKE_is_an_edit_for_each_rewrite_with_its_hops_as_conditions()
    {
        var cases = Read("""
            [{"case_id": 1,
              "requested_rewrite": [
                {"prompt": "{} is a citizen of", "target_new": {"str": "Croatia"}, "target_true": {"str": "Canada"},
                 "subject": "Ellie Kemper", "question": "What is the country of citizenship of Ellie Kemper?"},
                {"prompt": "The capital of {} is", "target_new": {"str": "Split"}, "target_true": {"str": "Zagreb"},
                 "subject": "Croatia", "question": "What is the capital of Croatia?"}],
              "questions": ["What is the capital of the country of Ellie Kemper?"],
              "answer": "Ottawa", "new_answer": "Split", "new_answer_alias": ["Spalato"],
              "single_hops": [{"question": "?", "cloze": "Ellie Kemper is a citizen of", "answer": "Canada"}]}]
            """);
        Assert.Equal(["1.0", "1.1"], cases.Select(one => one.Id));
        Assert.Equal(new("The capital of Croatia is", "Croatia", "Split"), cases[1].Request);
        var follows = Assert.Single(cases[0].Consequences);
        Assert.Equal(["Split", "Spalato"], follows.Answers);
        Assert.Equal([new("Ellie Kemper is a citizen of", "Canada")], follows.Conditions);
    }

    [Fact]
    public void A_record_of_RippleEdits_with_the_conditions_of_its_questions()
    {
        var one = Assert.Single(Read("""
            [{"example_type": "popular",
              "edit": {"prompt": "The name of the country of citizenship of Leonardo DiCaprio is Syria.",
                "subject_id": "Q38111", "relation": "COUNTRY_OF_CITIZENSHIP", "target_id": "Q858"},
              "Relation_Specificity": [{"test_queries": [
                {"prompt": "The name of the mother of Leonardo DiCaprio is",
                 "answers": [{"value": "Irmelin", "aliases": []}]}], "condition_queries": []}],
              "Logical_Generalization": [{"test_queries": [
                {"prompt": "The name of the continent of Leonardo DiCaprio is",
                 "answers": [{"value": "Asia", "aliases": []}]}],
                "condition_queries": [{"prompt": "The name of the continent of Syria is",
                  "answers": [{"value": "Asia", "aliases": []}]}]}],
              "Subject_Aliasing": [{"test_queries": [{"prompt": "Leo is a citizen of", "answers": []}],
                "condition_queries": []}]}]
            """));
        Assert.Equal(
            new("The name of the country of citizenship of Leonardo DiCaprio is", "Leonardo DiCaprio", "Syria"),
            one.Request);
        Assert.Equal([new("The name of the mother of Leonardo DiCaprio is", "Irmelin")], one.Neighbours);
        var follows = Assert.Single(one.Consequences); // a question without answers asks for nothing
        Assert.Equal("logic", follows.Kind);
        Assert.Equal([new("The name of the continent of Syria is", "Asia")], follows.Conditions);
    }

    [Theory]
    [InlineData("{\"prompt\": \"a\"}", "subject")]
    [InlineData("{\"prompt\": \"a {}\", \"subject\": \"b\"}", "target")]
    [InlineData("[{\"requested_rewrite\": {\"prompt\": \"{} is\"}}]", "subject")]
    [InlineData("[{\"requested_rewrite\": 3}]", "")]
    [InlineData("[3]", "")]
    [InlineData("{", "")]
    [InlineData("[{\"edit\": {}}]", "prompt")]
    [InlineData("[{\"edit\": {\"prompt\": \"Nothing of the kind.\"}}]", "target")]
    [InlineData("[{\"src\": \"a\", \"subject\": \"a\", \"alt\": \"b\", \"loc\": \"c\"}]", "loc_ans")]
    public void What_is_no_edit_is_refused_with_the_file(string text, string named)
    {
        var refusal = Assert.ThrowsAny<LociException>(() => Read(text));
        Assert.Contains("cases.json", refusal.Message);
        Assert.Contains(named, refusal.Message);
    }

    [Fact]
    public void ParaRel_asks_in_wordings_that_end_in_the_object()
    {
        Directory.CreateDirectory(_folder["pararel/facts"]);
        Directory.CreateDirectory(_folder["pararel/patterns"]);
        File.WriteAllText(_folder["pararel/facts/P36.jsonl"], """
            {"sub_label": "France", "obj_label": "Paris", "uuid": "1"}
            {"sub_label": "Italy", "obj_label": "Rome", "uuid": "2"}
            """);
        File.WriteAllText(_folder["pararel/patterns/P36.jsonl"], """
            {"pattern": "[Y] is the capital of [X].", "lemma": "capital"}
            {"pattern": "The capital of [X] is [Y] .", "lemma": "capital"}
            {"pattern": "[X], whose capital is [Y].", "lemma": "capital"}
            """);
        var cases = CaseFiles.Read(_folder["pararel"]);
        Assert.Equal(
            [new("The capital of France is", "France", "Rome"), new("The capital of Italy is", "Italy", "Paris")],
            cases.Select(one => one.Request));
        Assert.Equal("Paris", cases[0].Before);
        Assert.Equal(["France, whose capital is"], cases[0].Paraphrases);
        Assert.Empty(cases[0].Neighbours); // Italy's answer is the new one: it cannot tell them apart
        File.AppendAllText(_folder["pararel/facts/P36.jsonl"], "\n{\"sub_label\": \"Spain\"}\n");
        Assert.Contains("line 3", Assert.ThrowsAny<LociException>(() => CaseFiles.Read(_folder["pararel"])).Message);
    }

    [Fact]
    public void The_whole_of_ParaRel_is_read()
    {
        var cases = CaseFiles.Read(SharedData.Require("pararel"));
        Assert.True(cases.Count > 10_000, $"{cases.Count}");
        Assert.Equal(cases.Count, cases.Select(one => one.Id).Distinct().Count());
        Assert.All(cases, one =>
        {
            Assert.Contains(one.Request.Subject, one.Request.Prompt);
            Assert.NotEqual(one.Before, one.Request.Target);
            Assert.DoesNotContain("[Y]", one.Request.Prompt);
            Assert.All(one.Neighbours, near => Assert.NotEqual(one.Request.Target, near.Answer));
        });
    }

    private IReadOnlyList<EditCase> Read(string text)
    {
        File.WriteAllText(_folder["cases.json"], text);
        return CaseFiles.Read(_folder["cases.json"]);
    }
}
