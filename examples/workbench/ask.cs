// Asks a workbench (loci serve demo --port 4747): which cell makes an answer, and does it matter beyond chance?
// Usage: dotnet run examples/workbench/ask.cs [ADDRESS]
using System.Text.Json.Nodes;

using var client = new HttpClient { BaseAddress = new(args.Length > 0 ? args[0] : "http://localhost:4747") };

string prompt = (string)(await Ask("/api/workbench"))["prompt"]!;
var trace = await Ask("/api/trace", new JsonObject { ["prompt"] = prompt });
string cell = ((string)trace["cells_for"]![0]!["cell"]!).TrimEnd('-');
var switched = await Ask("/api/switch", new JsonObject { ["prompt"] = prompt, ["set"] = $"{cell}=0" });
Console.WriteLine($"«{prompt}» → {trace["answer"]!["token"]}, most of it by {cell}");
Console.WriteLine(
    $"without it: {switched["after"]!["top"]![0]!["token"]}, ln p {(double)switched["effect"]!:+0.00;-0.00}");
Console.WriteLine(
    $"{switched["as_strong"]} of {switched["controls"]!.AsArray().Count} matched controls move it as far");

async Task<JsonNode> Ask(string path, JsonNode? body = null)
{
    using var content = body is null ? null : new StringContent(body.ToJsonString(), null, "application/json");
    using var response = content is null ? await client.GetAsync(path) : await client.PostAsync(path, content);
    response.EnsureSuccessStatusCode();
    return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
}
