using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Loci.Server.Tests;

/// <summary>The tools for agents, over HTTP.</summary>
public sealed class AgentTests(OpenWorkbench open) : IClassFixture<OpenWorkbench>
{
    [Fact]
    public async Task Agents_find_read_and_test_and_do_not_write_unless_they_may()
    {
        await using var agent = await Connect(open.Server);
        var tools = await agent.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(
            ["describe", "forecast_edit", "intervene", "list_edits", "read_cell", "search_cells", "test_cell", "trace"],
            tools.Select(tool => tool.Name).Order());
        Assert.All(tools, tool => Assert.True(tool.ProtocolTool.Annotations?.ReadOnlyHint));
        Assert.NotEmpty((await Call(agent, "search_cells", new() { ["text"] = "upon" }))["triggers"]!.AsArray());
        Assert.Equal("L1/0", (string)(await Call(agent, "read_cell", new() { ["cell"] = "L1/0" }))["cell"]!);
        var switched = await Call(agent, "intervene", new() { ["prompt"] = "once upon a", ["set"] = "L1/0=0" });
        Assert.Equal("L1/0=0", (string)switched["set"]![0]!);
        Assert.NotNull((await Call(agent, "trace", new() { ["prompt"] = "once upon a" }))["answer"]);
    }

    [Fact]
    public async Task What_goes_wrong_is_a_sentence_that_an_agent_can_act_on()
    {
        await using var agent = await Connect(open.Server);
        var result = await agent.CallToolAsync(
            "read_cell", new Dictionary<string, object?> { ["cell"] = "here" },
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.IsError);
        Assert.Contains("is not a cell", ((TextContentBlock)result.Content[0]).Text);
    }

    [Fact]
    public async Task Agents_that_may_write_pin_cells()
    {
        var (server, client) = await OpenWorkbench.Serve(
            open.Options with { AgentsMayWrite = true, Notes = Path.Combine(open.Folder, "agents.notes.json") });
        await using var _ = server;
        using var __ = client;
        await OpenWorkbench.Ready(client);
        await using var agent = await Connect(server);
        await Call(agent, "pin_cell", new() { ["cell"] = "L1/0", ["label"] = "time", ["note"] = "after upon a" });
        var notes = await OpenWorkbench.Get(client, "/api/notes");
        Assert.Equal("time", (string)notes["lists"]![0]!["cells"]![0]!["label"]!);
    }

    [Fact]
    public async Task Agents_forecast_edits_and_write_them_only_where_they_may()
    {
        var options = new WorkbenchOptions
        {
            Model = BuiltIn.BuiltInModels.Open("demo"), ModelPlace = "demo", Threads = 2, AgentsMayWrite = true,
        };
        await using var server = await WorkbenchServer.Start(options, TestContext.Current.CancellationToken);
        await using var agent = await Connect(server);
        var forecast = await Call(agent, "forecast_edit", new()
        {
            ["prompt"] = "The capital of Norvia is", ["subject"] = "Norvia", ["answer"] = "Tarsbridge",
            ["method"] = "delta",
        });
        Assert.True((bool)forecast["took"]!);
        Assert.Empty((await Call(agent, "list_edits", []))["edits"]!.AsArray());
        await Call(agent, "apply_edit", new() { ["plan"] = (int)forecast["plan"]!, ["note"] = "by an agent" });
        var edits = await Call(agent, "undo_edit", new() { ["edit"] = 1 });
        Assert.Equal("by an agent", (string)edits["edits"]![0]!["note"]!);
        Assert.Equal("undone", (string)edits["edits"]![0]!["state"]!);
    }

    private static Task<McpClient> Connect(WorkbenchServer server) => McpClient.CreateAsync(
        new HttpClientTransport(new() { Endpoint = new(server.Address, "/mcp") }),
        cancellationToken: TestContext.Current.CancellationToken);

    private static async Task<JsonNode> Call(McpClient agent, string tool, Dictionary<string, object?> arguments)
    {
        var result = await agent.CallToolAsync(
            tool, arguments, cancellationToken: TestContext.Current.CancellationToken);
        Assert.NotEqual(true, result.IsError);
        return JsonNode.Parse(((TextContentBlock)result.Content[0]).Text)!;
    }
}
