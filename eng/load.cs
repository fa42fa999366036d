// Starts a workbench and lets many clients ask it at once: how soon it answers, how long answers take, whether one
// fails, and how much memory it holds before and after.
// Usage: dotnet run eng/load.cs -- LOCI [SOURCE] [--clients 50] [--seconds 60]     LOCI: the native tool
#:property PublishAot=false
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

if (args.Length == 0)
{
    Console.Error.WriteLine("usage: dotnet run eng/load.cs -- LOCI [SOURCE] [--clients 50] [--seconds 60]");
    return 2;
}
string source = args.Length > 1 && !args[1].StartsWith('-') ? args[1] : "demo";
int clients = Option("--clients", 50), seconds = Option("--seconds", 60);

var clock = Stopwatch.StartNew();
using var tool = Process.Start(new ProcessStartInfo(args[0], ["serve", source, "--port", "0", "--no-browser"])
{
    RedirectStandardOutput = true,
})!;
try
{
    string address = await tool.StandardOutput.ReadLineAsync()
        ?? throw new InvalidOperationException("it did not start");
    using var client = new HttpClient { BaseAddress = new(address), Timeout = TimeSpan.FromMinutes(2) };
    string page = await client.GetStringAsync("/");
    foreach (string file in page.Split('"').Where(part => part.StartsWith("/page/", StringComparison.Ordinal)))
        await client.GetByteArrayAsync(file);
    string prompt = (string)(await client.GetFromJsonAsync<JsonNode>("/api/workbench"))!["prompt"]!;
    await Trace(client, prompt);
    Console.WriteLine($"start to the page and the first traced prompt: {clock.Elapsed.TotalSeconds:f2} s");
    JsonNode open;
    while ((string)(open = (await client.GetFromJsonAsync<JsonNode>("/api/workbench"))!)["atlas"]!["state"]!
        == "building")
        await Task.Delay(500);
    Console.WriteLine($"start to the atlas, {open["atlas"]!["state"]}: {clock.Elapsed.TotalSeconds:f1} s");
    int[] cells = [.. open["model"]!["layers"]!.AsArray().Select(layer => (int)layer!["cells"]!)];

    // A first round fills what is kept for good, so that what grows afterwards is growth.
    await Load(client, cells, prompt, TimeSpan.FromSeconds(Math.Min(10, seconds)), print: false);
    long before = Memory(tool);
    await Load(client, cells, prompt, TimeSpan.FromSeconds(seconds), print: true);
    Console.WriteLine($"memory: {before / 1e6:f0} MB before, {Memory(tool) / 1e6:f0} MB after");
    return 0;
}
finally
{
    tool.Kill();
}

async Task Load(HttpClient client, int[] cells, string prompt, TimeSpan time, bool print)
{
    var answers = new List<(string Kind, double Milliseconds, bool Good)>();
    var until = Stopwatch.StartNew();
    await Task.WhenAll(Enumerable.Range(0, clients).Select(async number =>
    {
        var random = new Random(number);
        for (int turn = 0; until.Elapsed < time; turn++)
        {
            int layer = random.Next(cells.Length);
            string cell = $"/api/cells/L{layer}/{random.Next(cells[layer])}";
            // As a person does: many cards, now and then a search, seldom a prompt.
            var (kind, work) = turn % 50 == 49 ? ("prompt", Trace(client, prompt))
                : turn % 10 == 9 ? ("search", Get(client, "/api/search?q=capital"))
                : ("card", Get(client, cell));
            long begun = Stopwatch.GetTimestamp();
            bool good = await work;
            double took = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            lock (answers) answers.Add((kind, took, good));
            await Task.Delay(random.Next(100));
        }
    }));
    if (!print) return;
    Console.WriteLine($"{clients} clients, {time.TotalSeconds:f0} s");
    foreach (var kind in answers.GroupBy(answer => answer.Kind).OrderBy(kind => kind.Key))
    {
        double[] took = [.. kind.Select(answer => answer.Milliseconds).Order()];
        double At(double share) => took[(int)Math.Min(took.Length - 1, share * took.Length)];
        Console.WriteLine(
            $"  {kind.Key,-7} {took.Length,7} answers, {kind.Count(answer => !answer.Good)} failed; ms: "
            + $"half {At(0.5):f1}, p95 {At(0.95):f1}, p99 {At(0.99):f1}");
    }
}

static async Task<bool> Get(HttpClient client, string path)
{
    using var response = await client.GetAsync(path);
    await response.Content.CopyToAsync(Stream.Null);
    return response.IsSuccessStatusCode;
}

static async Task<bool> Trace(HttpClient client, string prompt)
{
    using var body = new StringContent(new JsonObject { ["prompt"] = prompt }.ToJsonString(), null, "application/json");
    using var response = await client.PostAsync("/api/trace", body);
    await response.Content.CopyToAsync(Stream.Null);
    return response.IsSuccessStatusCode;
}

static long Memory(Process process)
{
    process.Refresh();
    return process.WorkingSet64;
}

int Option(string name, int fallback)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length && int.TryParse(args[at + 1], out int number) ? number : fallback;
}
