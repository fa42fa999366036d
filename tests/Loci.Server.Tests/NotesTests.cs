using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace Loci.Server.Tests;

/// <summary>Lists and notes: who may write, and what stays.</summary>
public sealed class NotesTests(OpenWorkbench open) : IClassFixture<OpenWorkbench>
{
    private const string Hostile = "<script>alert(1)</script> \e[31mred \u202Edeceit";

    [Fact]
    public async Task Only_the_page_writes_and_nothing_is_lost()
    {
        var stop = TestContext.Current.CancellationToken;
        var before = await OpenWorkbench.Get(open.Client, "/api/notes");
        var next = Notes((int)before["revision"]!, "L1/0");
        Assert.Equal(HttpStatusCode.Forbidden, (await Put(next, token: null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Put(next, token: "guessed")).StatusCode);

        string page = await open.Client.GetStringAsync("/", stop);
        string token = Regex.Match(page, "name=\"loci-token\" content=\"([0-9a-f]+)\"").Groups[1].Value;
        Assert.Equal(HttpStatusCode.OK, (await Put(next, token)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await Put(next, token)).StatusCode); // somebody has written meanwhile
        var kept = await OpenWorkbench.Get(open.Client, "/api/notes");
        Assert.Equal(Hostile, (string)kept["lists"]![0]!["cells"]![0]!["note"]!);

        var wrong = await Put(Notes((int)kept["revision"]!, "<b>"), token);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("is not a cell", (string)(await OpenWorkbench.Read(wrong))["error"]!);
        Assert.Contains("My cells", File.ReadAllText(open.Options.Notes!));
    }

    [Fact]
    public async Task Damaged_notes_are_said_and_not_written_over()
    {
        string path = Path.Combine(open.Folder, "damaged.notes.json");
        File.WriteAllText(path, "{ not notes");
        var (server, client) = await OpenWorkbench.Serve(open.Options with { Notes = path });
        await using var _ = server;
        using var __ = client;
        var response = await client.GetAsync("/api/notes", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("holds no notes", (string)(await OpenWorkbench.Read(response))["error"]!);
        Assert.Equal("{ not notes", File.ReadAllText(path));
    }

    private static object Notes(int revision, string cell) => new
    {
        revision,
        lists = new[]
        {
            new { name = "My cells", cells = new[] { new { cell, label = "time", note = Hostile, author = "A" } } },
        },
    };

    private async Task<HttpResponseMessage> Put(object notes, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/notes");
        request.Content = JsonContent.Create(notes);
        if (token is not null) request.Headers.Add("X-Loci-Token", token);
        return await open.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
