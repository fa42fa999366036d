using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Loci.BuiltIn;
using Loci.Editing;
using Loci.Tests;
using Loci.Tracing;

namespace Loci.Server.Tests;

/// <summary>Facts written into a model over HTTP: forecast, journal, undo in any order, and the comparison.</summary>
public sealed partial class EditTests : IAsyncLifetime
{
    private const string Capital = "The capital of Norvia is", Other = "The capital of Sarovia is";

    private readonly TemporaryFolder _folder = new();
    private WorkbenchServer _server = null!;
    private HttpClient _client = null!, _page = null!;

    private string Journal => Path.Combine(_folder.Path, "edits", "demo.journal");

    public async ValueTask InitializeAsync()
    {
        (_server, _client) = await OpenWorkbench.Serve(new()
        {
            Model = BuiltInModels.Open("demo"), ModelPlace = "demo", Journal = Journal, Threads = 2,
        });
        string page = await _client.GetStringAsync("/", TestContext.Current.CancellationToken);
        _page = new() { BaseAddress = _server.Address };
        _page.DefaultRequestHeaders.Add("X-Loci-Token", Token().Match(page).Groups[1].Value);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _page.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_forecast_writes_nothing_and_says_what_both_models_say()
    {
        var forecast = await Forecast(Capital, "Norvia", "Tarsbridge", neighbours: [Other]);
        Assert.True((bool)forecast["took"]!);
        Assert.False(File.Exists(Journal));
        Assert.Empty((await OpenWorkbench.Get(_client, "/api/edits"))["edits"]!.AsArray());
        var prompts = forecast["comparison"]!["prompts"]!.AsArray();
        Assert.Equal(["edit", "neighbour"], prompts.Select(each => (string)each!["kind"]!));
        Assert.Equal("Tarsbridge", (string)prompts[0]!["after"]!);
        Assert.NotEqual("Tarsbridge", (string)prompts[0]!["before"]!);
        // What is said of the base is what the base says.
        Assert.Equal((string)prompts[0]!["before"]!, await Answer(Capital, edited: false));
        Assert.Equal((string)prompts[1]!["before"]!, await Answer(Other, edited: false));
        Assert.Single(forecast["layers"]!.AsArray());
    }

    [Fact]
    public async Task Edits_are_written_and_taken_back_in_any_order_and_leave_exactly_the_rest()
    {
        double before = await Logit(Capital, edited: true), beforeOther = await Logit(Other, edited: true);
        await Apply(await Forecast(Capital, "Norvia", "Tarsbridge"));
        double first = await Logit(Capital, edited: true);
        await Apply(await Forecast(Other, "Sarovia", "Jorminster"));
        Assert.Equal("Jorminster", await Answer(Other, edited: true));
        Assert.Equal(before, await Logit(Capital, edited: false));
        var edits = await Read(await _page.PostAsync("/api/edits/1/undo", null, Stop));
        Assert.Equal(["undone", "active"], edits["edits"]!.AsArray().Select(each => (string)each!["state"]!));
        await IsThatOfTheFile(Other);
        await Read(await _page.PostAsync("/api/edits/2/undo", null, Stop));
        Assert.Equal(before, await Logit(Capital, edited: true));
        Assert.Equal(beforeOther, await Logit(Other, edited: true));
        await Read(await _page.PostAsync("/api/edits/1/redo", null, Stop));
        Assert.Equal(first, await Logit(Capital, edited: true));
        await IsThatOfTheFile(Capital);
        var compared = await OpenWorkbench.Post(_client, "/api/edits/compare", new { edit = 1 });
        Assert.Equal("Tarsbridge", (string)compared["prompts"]![0]!["after"]!);
        Assert.False((bool)compared["prompts"]![0]!["same"]!);
    }

    // The file is a journal as the tool writes it, and gives the model that is served.
    private async Task IsThatOfTheFile(string prompt)
    {
        using var model = BuiltInModels.Open("demo");
        var edited = EditedModel.Open(model, EditJournal.Load(Journal));
        var trace = PromptTrace.Of(PromptRun.Of(edited.Transformer, [.. edited.Encode(prompt)]));
        Assert.Equal(trace.Logit, await Logit(prompt, edited: true));
    }

    [Fact]
    public async Task Who_has_no_token_of_the_page_changes_nothing()
    {
        var forecast = await Forecast(Capital, "Norvia", "Tarsbridge");
        using var refused = await OpenWorkbench.Send(
            _client, "/api/edits/apply", new { plan = (int)forecast["plan"]! });
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.False(File.Exists(Journal));
        await Apply(forecast);
        using var undo = await _client.PostAsync("/api/edits/1/undo", null, Stop);
        Assert.Equal(HttpStatusCode.Forbidden, undo.StatusCode);
        Assert.True(EditJournal.Load(Journal)[1].IsActive);
    }

    [Fact]
    public async Task A_forecast_of_another_journal_is_not_written()
    {
        var (first, second) = (
            await Forecast(Capital, "Norvia", "Tarsbridge"), await Forecast(Other, "Sarovia", "Jorminster"));
        await Apply(first);
        using var stale = await Post("/api/edits/apply", new { plan = (int)second["plan"]! });
        Assert.Equal(HttpStatusCode.Conflict, stale.StatusCode);
        using var twice = await Post("/api/edits/apply", new { plan = (int)first["plan"]! });
        Assert.Equal(HttpStatusCode.NotFound, twice.StatusCode);
        Assert.Single(EditJournal.Load(Journal).Entries);
    }

    [Fact]
    public async Task What_another_program_writes_into_the_journal_is_seen()
    {
        await Apply(await Forecast(Capital, "Norvia", "Tarsbridge"));
        EditJournal.Load(Journal).Set(1, EditState.Undone).Rename(1, "the first").Save(Journal);
        var edits = await OpenWorkbench.Get(_client, "/api/edits");
        Assert.Equal("undone", (string)edits["edits"]![0]!["state"]!);
        Assert.Equal("the first", (string)edits["edits"]![0]!["name"]!);
        File.WriteAllText(Journal, "not a journal");
        using var damaged = await _client.GetAsync("/api/edits", Stop);
        Assert.False(damaged.IsSuccessStatusCode);
        Assert.Contains("journal", await damaged.Content.ReadAsStringAsync(Stop));
    }

    [Theory]
    [InlineData(Capital, "Atlantis", "Tarsbridge", "delta", "subject")]
    [InlineData(Capital, "", "Tarsbridge", "delta", "subject")]
    [InlineData(Capital, "Norvia", " ", "delta", "answer")]
    [InlineData("", "Norvia", "Tarsbridge", "delta", "prompt")]
    [InlineData(Capital, "Norvia", "Tarsbridge", "scalpel", "scalpel")]
    [InlineData(Capital, "Norvia", "Tarsbridge", "rome", "statistics")]
    public async Task A_fact_that_cannot_be_written_is_refused_in_a_sentence(
        string prompt, string subject, string target, string method, string word)
    {
        using var response = await OpenWorkbench.Send(
            _client, "/api/edits/forecast", new { prompt, subject, target, method });
        var (name, data) = (await OpenWorkbench.Events(response)).Last();
        Assert.Equal("problem", name);
        Assert.Contains(word, (string)data["error"]!, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Statistics_of_keys_are_gathered_once_over_the_atlas_s_text()
    {
        await using var open = new OpenWorkbench();
        await open.InitializeAsync();
        string keys = Path.Combine(open.Folder, "constructed.keys");
        var (server, client) = await OpenWorkbench.Serve(open.Options with { KeyStatistics = keys });
        await using var _ = server;
        using var __ = client;
        await OpenWorkbench.Ready(client);
        var request = new { prompt = "once upon a", subject = "upon", target = "captain", method = "rome" };
        using var first = await OpenWorkbench.Send(client, "/api/edits/forecast", request);
        var events = await OpenWorkbench.Events(first);
        Assert.True(File.Exists(keys), string.Join('\n', events));
        var written = File.GetLastWriteTimeUtc(keys);
        using var second = await OpenWorkbench.Send(client, "/api/edits/forecast", request);
        await OpenWorkbench.Events(second);
        Assert.Equal(written, File.GetLastWriteTimeUtc(keys));
        KeyStatistics.Load(keys).Require(open.Model, [0, 1]);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private async Task<JsonNode> Forecast(string prompt, string subject, string target, string[]? neighbours = null)
    {
        using var response = await OpenWorkbench.Send(
            _client, "/api/edits/forecast", new { prompt, subject, target, method = "delta", neighbours });
        var (name, data) = (await OpenWorkbench.Events(response)).Last();
        Assert.True(name == "result", data.ToJsonString());
        return data;
    }

    private async Task Apply(JsonNode forecast)
    {
        using var response = await Post("/api/edits/apply", new { plan = (int)forecast["plan"]! });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private Task<HttpResponseMessage> Post(string path, object body) =>
        _page.PostAsync(path, JsonContent.Create(body), Stop);

    private static async Task<JsonNode> Read(HttpResponseMessage response)
    {
        using var _ = response;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await OpenWorkbench.Read(response);
    }

    private async Task<string> Answer(string prompt, bool edited) =>
        ((string)(await Trace(prompt, edited))["answer"]!["token"]!).Trim();

    private async Task<double> Logit(string prompt, bool edited) => (double)(await Trace(prompt, edited))["logit"]!;

    private Task<JsonNode> Trace(string prompt, bool edited) =>
        OpenWorkbench.Post(_client, "/api/trace", new { prompt, edited });

    [GeneratedRegex("name=\"loci-token\" content=\"([0-9a-f]+)\"")]
    private static partial Regex Token();
}
