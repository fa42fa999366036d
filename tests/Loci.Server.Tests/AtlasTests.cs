using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Loci.Atlas;
using Loci.Views;

namespace Loci.Server.Tests;

/// <summary>The atlas over HTTP says what the command line says.</summary>
public sealed class AtlasTests(OpenWorkbench open) : IClassFixture<OpenWorkbench>
{
    [Fact]
    public async Task A_cell_is_that_of_the_command_line()
    {
        using var atlas = AtlasFile.Open(open.Atlas);
        var served = await OpenWorkbench.Get(open.Client, "/api/cells/L1/0");
        Assert.True(JsonNode.DeepEquals(OpenWorkbench.Contract(CellView.Of(atlas, new(1, 0))), served));
    }

    [Fact]
    public async Task A_search_is_that_of_the_command_line()
    {
        using var atlas = AtlasFile.Open(open.Atlas);
        var served = await OpenWorkbench.Get(open.Client, "/api/search?q=upon&limit=3");
        Assert.True(JsonNode.DeepEquals(
            OpenWorkbench.Contract(SearchView.Of(atlas, atlas.Search("upon", 3))), served));
        Assert.NotEmpty(served["triggers"]!.AsArray());
    }

    [Fact]
    public async Task Pages_of_a_search_are_the_whole_without_a_gap_or_a_cell_twice()
    {
        var whole = await OpenWorkbench.Get(open.Client, "/api/search?q=a&limit=200");
        foreach (string kind in (string[])["triggers", "values"])
        {
            var cells = new List<string>();
            string query = "/api/search?q=a&limit=2", last = "";
            while (true)
            {
                var page = await OpenWorkbench.Get(open.Client, query + last);
                string[] found = [.. page[kind]!.AsArray().Select(hit => (string)hit!["cell"]!)];
                if (found.Length == 0) break;
                cells.AddRange(found);
                last = $"&{(kind == "triggers" ? "afterTrigger" : "afterValue")}={found[^1]}";
            }
            Assert.Equal(whole[kind]!.AsArray().Select(hit => (string)hit!["cell"]!), cells);
            Assert.True(cells.Count > 2);
        }
    }

    [Theory]
    [InlineData("/api/cells/L1/99999", HttpStatusCode.BadRequest, "has cells 0 to")]
    [InlineData("/api/cells/L77/0", HttpStatusCode.BadRequest, "has layers 0 to")]
    [InlineData("/api/cells/L1/0-", HttpStatusCode.BadRequest, "negative pole")]
    [InlineData("/api/cells/here/there", HttpStatusCode.NotFound, "is not a cell")]
    [InlineData("/api/search?q=", HttpStatusCode.BadRequest, "nothing to search")]
    [InlineData("/api/map/colour", HttpStatusCode.BadRequest, "not by «colour»")]
    public async Task What_is_not_there_is_said(string path, HttpStatusCode status, string part)
    {
        var response = await open.Client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(status, response.StatusCode);
        Assert.Contains(part, (string)(await OpenWorkbench.Read(response))["error"]!);
    }

    [Fact]
    public async Task Who_has_a_card_already_is_told_so()
    {
        var stop = TestContext.Current.CancellationToken;
        var first = await open.Client.GetAsync("/api/cells/L1/0", stop);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/api/cells/L1/0");
        again.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(first.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, (await open.Client.SendAsync(again, stop)).StatusCode);
    }

    [Fact]
    public async Task A_map_has_a_number_for_every_cell()
    {
        using var atlas = AtlasFile.Open(open.Atlas);
        foreach (string by in (string[])["rate", "strength", "norm", "agreement", "dead"])
        {
            var layers = (await OpenWorkbench.Get(open.Client, $"/api/map/{by}"))["layers"]!.AsArray();
            Assert.Equal(atlas.Manifest.Spec.CellsPerLayer, layers.Select(layer => layer!.AsArray().Count));
        }
        var rates = (await OpenWorkbench.Get(open.Client, "/api/map/rate"))["layers"]!;
        double rate = atlas.Cell(new(1, 0)).Statistics.FiringRate(Memory.Recall.Pole.Positive);
        Assert.Equal(rate, (double)rates[1]![0]!, rate * 1e-3);
    }

    [Fact]
    public async Task An_atlas_alone_serves_what_it_holds()
    {
        var (server, client) = await OpenWorkbench.Serve(open.Options with { Model = null });
        await using var _ = server;
        using var __ = client;
        Assert.Equal("ready", (string)(await OpenWorkbench.Ready(client))["atlas"]!["state"]!);
        Assert.Equal("L1/0", (string)(await OpenWorkbench.Get(client, "/api/cells/L1/0"))["cell"]!);
        var response = await OpenWorkbench.Send(client, "/api/trace", new { prompt = "once" });
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("--model", (string)(await OpenWorkbench.Read(response))["error"]!);
    }

    [Fact]
    public async Task The_atlas_of_another_model_is_refused_and_prompts_go_on()
    {
        var other = Loci.BuiltIn.BuiltInModels.Open("demo");
        var (server, client) = await OpenWorkbench.Serve(open.Options with { Model = other });
        await using var _ = server;
        using var __ = client;
        var view = await OpenWorkbench.Ready(client);
        Assert.Equal("failed", (string)view["atlas"]!["state"]!);
        Assert.Contains("another model", (string)view["atlas"]!["problem"]!);
        Assert.NotNull((await OpenWorkbench.Post(client, "/api/lens", new { prompt = "The city" }))["positions"]);
    }

    [Fact]
    public async Task An_atlas_that_is_replaced_is_opened_anew()
    {
        string own = Path.Combine(open.Folder, "replaced.atlas");
        File.Copy(open.Atlas, own, overwrite: true);
        var (server, client) = await OpenWorkbench.Serve(open.Options with { Atlas = own });
        await using var _ = server;
        using var __ = client;
        string before = (string)(await OpenWorkbench.Ready(client))["atlas"]!["hash"]!;
        string fewer = Path.Combine(open.Folder, "fewer.txt");
        File.WriteAllLines(fewer, File.ReadLines(open.Text).Take(200));
        string next = Path.Combine(open.Folder, "next.atlas");
        OpenWorkbench.Build(open.Model, fewer, next);
        File.Move(next, own, overwrite: true);
        for (int tries = 0; tries < 100; tries++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            var view = (await OpenWorkbench.Get(client, "/api/workbench"))["atlas"]!;
            if ((string)view["state"]! == "ready" && (string)view["hash"]! != before)
            {
                Assert.Equal(200, (int)(await OpenWorkbench.Get(client, "/api/atlas"))["sentences"]!);
                return;
            }
        }
        Assert.Fail("the atlas that took its place was not opened");
    }

    [Fact]
    public async Task An_atlas_that_is_missing_is_said()
    {
        var (server, client) = await OpenWorkbench.Serve(
            open.Options with { Atlas = Path.Combine(open.Folder, "none.atlas") });
        await using var _ = server;
        using var __ = client;
        Assert.Equal("failed", (string)(await OpenWorkbench.Ready(client))["atlas"]!["state"]!);
    }
}
