using System.Net;

namespace Loci.Server.Tests;

/// <summary>Many at once: no error, and nothing that is left behind.</summary>
public sealed class ManyClientsTests(OpenWorkbench open) : IClassFixture<OpenWorkbench>
{
    private const int Clients = 50, Requests = 20;

    [Fact]
    public async Task Fifty_clients_read_cards_and_run_prompts_without_an_error()
    {
        var stop = TestContext.Current.CancellationToken;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            for (int i = 0; i < Requests; i++)
            {
                using var card = await open.Client.GetAsync($"/api/cells/L1/{(client + i) % 8}", stop);
                Assert.Equal(HttpStatusCode.OK, card.StatusCode);
            }
            using var trace = await OpenWorkbench.Send(open.Client, "/api/trace", new { prompt = "once upon a" });
            Assert.Equal(HttpStatusCode.OK, trace.StatusCode);
        }));
        var view = await OpenWorkbench.Get(open.Client, "/api/workbench");
        Assert.Equal(0, (int)view["running"]!);
        Assert.Equal(0, (int)view["waiting"]!);
    }

    [Fact]
    public async Task Whoever_goes_away_leaves_no_run_behind()
    {
        var stop = TestContext.Current.CancellationToken;
        for (int i = 0; i < 10; i++)
        {
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(stop);
            gone.CancelAfter(TimeSpan.FromMilliseconds(5));
            try
            {
                using var _ = await open.Client.GetAsync("/api/cells/L1/0/pattern", gone.Token);
            }
            catch (OperationCanceledException)
            {
                // That is what happens here.
            }
        }
        for (int tries = 0; tries < 200; tries++)
        {
            var view = await OpenWorkbench.Get(open.Client, "/api/workbench");
            if ((int)view["running"]! == 0 && (int)view["waiting"]! == 0) return;
            await Task.Delay(25, stop);
        }
        Assert.Fail("runs that nobody waits for go on");
    }
}
