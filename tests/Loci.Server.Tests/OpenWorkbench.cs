using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Loci.Atlas.Building;
using Loci.Models;
using Loci.Models.Constructed;
using Loci.Tests;
using Loci.Text;

namespace Loci.Server.Tests;

/// <summary>The constructed model with its atlas, served once for all tests of a class.</summary>
public sealed class OpenWorkbench : IAsyncLifetime
{
    private const int Sentences = 1500;

    private readonly TemporaryFolder _folder = new();

    public Model Model { get; } = Model.Open(Model.ConstructedName);

    public string Folder => _folder.Path;

    public string Atlas => Path.Combine(Folder, "constructed.atlas");

    public string Text => Path.Combine(Folder, "text.txt");

    public WorkbenchServer Server { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        File.WriteAllLines(Text, ConstructedLanguage.Sentences(seed: 1).Take(Sentences));
        Build(Model, Text, Atlas);
        (Server, Client) = await Serve(Options);
        await Ready(Client);
    }

    /// <summary>What the workbench of the class is opened with.</summary>
    public WorkbenchOptions Options => new()
    {
        Model = Model, ModelPlace = Model.ConstructedName, Atlas = Atlas, Threads = 2,
        Corpus = () => Corpus.Open([Text]), Notes = Path.Combine(Folder, "constructed.notes.json"),
        Prompt = "once upon a",
    };

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        _folder.Dispose();
    }

    public static void Build(Model model, string text, string atlas) => new AtlasBuilder(
        model, Corpus.Open([text]), new AtlasOptions { Unit = SentenceUnit.Line, Top = 20 },
        new BuildSettings { Threads = 1 }).Build(atlas);

    public static async Task<(WorkbenchServer Server, HttpClient Client)> Serve(WorkbenchOptions options)
    {
        var server = await WorkbenchServer.Start(options, TestContext.Current.CancellationToken);
        return (server, new HttpClient { BaseAddress = server.Address });
    }

    /// <summary>Waits until the atlas is open, or is found not to be.</summary>
    public static async Task<JsonNode> Ready(HttpClient client)
    {
        for (int tries = 0; ; tries++)
        {
            var open = await Get(client, "/api/workbench");
            if ((string)open["atlas"]!["state"]! != "building" || tries > 600) return open;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public static async Task<JsonNode> Get(HttpClient client, string path) =>
        JsonNode.Parse(await client.GetStringAsync(path, TestContext.Current.CancellationToken))!;

    public static async Task<JsonNode> Post(HttpClient client, string path, object body) =>
        await Read(await Send(client, path, body));

    public static Task<HttpResponseMessage> Send(HttpClient client, string path, object body) =>
        client.PostAsync(path, JsonContent.Create(body), TestContext.Current.CancellationToken);

    public static async Task<JsonNode> Read(HttpResponseMessage response)
    {
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return JsonNode.Parse(text)!;
    }

    /// <summary>Server-sent events of a request, name and data.</summary>
    public static async Task<List<(string Name, JsonNode Data)>> Events(HttpResponseMessage response)
    {
        string all = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return
        [
            .. all.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(each => each.Split('\n'))
                .Select(lines => (lines[0]["event: ".Length..], JsonNode.Parse(lines[1]["data: ".Length..])!)),
        ];
    }

    /// <summary>A contract as <c>--json</c> writes it.</summary>
    public static JsonNode Contract<T>(T view) =>
        JsonNode.Parse(Encoding.UTF8.GetString(Views.ViewJson.Write(view)))!;
}
