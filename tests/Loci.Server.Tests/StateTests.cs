using System.Net;
using Loci.BuiltIn;
using Loci.Models;
using Loci.Models.Generation;
using Loci.Studies;

namespace Loci.Server.Tests;

/// <summary>Fast-weight states of texts: against the library's own reading of a text.</summary>
public sealed class StateTests(StateTests.Opened opened) : IClassFixture<StateTests.Opened>
{
    private const string Text = "The city where the parliament of Calonia sits is Lindholm.";

    public sealed class Opened : IDisposable
    {
        public Model Model { get; } = BuiltInModels.Open("demo-delta");

        public void Dispose() => Model.Dispose();
    }

    [Fact]
    public void Fates_are_those_of_the_same_text_read_at_once()
    {
        int[] tokens = [.. opened.Model.Encode(Text)];
        var session = new Session(opened.Model.Transformer);
        session.Read(tokens);
        var expected = MemoryContents.Writes(SavedState.Of(session, opened.Model), opened.Model, tokens, tokens.Length);
        var kept = Read(Text).Fates();
        Assert.Equal(expected.Count, kept.Count);
        for (int head = 0; head < kept.Count; head++)
            Assert.Equal(expected[head].Tokens, kept[head].Tokens);
    }

    [Fact]
    public void An_erased_write_is_not_retrieved_and_its_fork_still_is()
    {
        var text = Read(Text);
        var fork = text.Fork();
        int position = text.Tokens.Count - 2;
        fork.Erase(position);
        foreach (var head in fork.Fates())
        {
            // Nothing is read under the key any more: the error is all of the value.
            Assert.Equal(1, head.Tokens[position].Error, 1e-3);
            Assert.False(head.Tokens[position].IsRetrievable);
        }
        Assert.Equal(Read(Text).Fates()[0].Tokens, text.Fates()[0].Tokens);
        Assert.All(KeptText.Difference(text, fork), head => Assert.InRange(head.Distance, double.Epsilon, 1));
    }

    [Fact]
    public void Erasing_in_one_head_leaves_the_others()
    {
        var (text, fork) = (Read(Text), Read(Text));
        fork.Erase(3, (1, 2));
        foreach (var head in KeptText.Difference(text, fork))
            Assert.Equal((head.Layer, head.Head) == (1, 2), head.Distance > 0);
    }

    [Fact]
    public void A_text_in_two_parts_is_the_whole()
    {
        int[] tokens = [.. opened.Model.Encode(Text)];
        var parts = KeptText.Begin(opened.Model);
        parts.Read(tokens[..5], TestContext.Current.CancellationToken);
        parts.Read(tokens[5..], TestContext.Current.CancellationToken);
        Assert.Equal(Read(Text).Ask().Logits().ToArray(), parts.Ask().Logits().ToArray());
        Assert.All(KeptText.Difference(Read(Text), parts), head => Assert.Equal(0, head.Distance));
    }

    [Fact]
    public async Task The_workbench_keeps_forks_erases_and_asks()
    {
        var (server, client) = await OpenWorkbench.Serve(new() { Model = opened.Model, Threads = 2 });
        await using var _ = server;
        using var __ = client;
        var first = await OpenWorkbench.Post(client, "/api/states", new { prompt = Text });
        int id = (int)first["id"]!;
        var fork = await OpenWorkbench.Post(client, $"/api/states/{id}/fork", new { });
        Assert.Equal(id, (int)fork["parent"]!);
        var erased = await OpenWorkbench.Post(client, $"/api/states/{(int)fork["id"]!}/erase", new { position = 4 });
        Assert.Equal(4, (int)erased["erased"]![0]!["position"]!);
        var (before, after) = (await Ask(id), await Ask((int)fork["id"]!));
        Assert.NotEqual((double)before["top"]![0]!["probability"]!, (double)after["top"]![0]!["probability"]!);
        var apart = await OpenWorkbench.Get(client, $"/api/states/{id}/difference/{(int)fork["id"]!}");
        Assert.Contains(apart["heads"]!.AsArray(), head => (double)head!["distance"]! > 0);
        await client.DeleteAsync($"/api/states/{id}", TestContext.Current.CancellationToken);
        var gone = await client.GetAsync($"/api/states/{id}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);

        Task<System.Text.Json.Nodes.JsonNode> Ask(int of) =>
            OpenWorkbench.Post(client, $"/api/states/{of}/ask", new { prompt = " The city where the parliament" });
    }

    [Fact]
    public void A_model_that_keeps_a_list_is_refused()
    {
        var e = Assert.Throws<LociException>(() => KeptText.Begin(Model.Open(Model.ConstructedName)));
        Assert.Contains("not a matrix", e.Message);
    }

    private KeptText Read(string text)
    {
        var kept = KeptText.Begin(opened.Model);
        kept.Read([.. opened.Model.Encode(text)], TestContext.Current.CancellationToken);
        return kept;
    }
}
