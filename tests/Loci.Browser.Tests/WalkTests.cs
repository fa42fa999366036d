using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Loci.Server.Tests;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Loci.Browser.Tests;

/// <summary>A person's way through the workbench, in a real browser.</summary>
public sealed partial class WalkTests(Browsed browsed) : IClassFixture<Browsed>
{
    [Fact]
    public async Task A_cell_is_found_switched_off_and_the_answer_changes_beside_its_control()
    {
        var page = await browsed.Look();
        await Expect(page.Locator(".answer .tok").First).ToContainTextAsync("time");
        string cell = await page.Locator(".cells tbody tr").First.Locator("button.link").InnerTextAsync();
        await page.Locator(".cells tbody tr").First.GetByRole(AriaRole.Button, new() { Name = "off" }).ClickAsync();
        var drawer = page.Locator(".drawer");
        await Expect(drawer.Locator(".chip")).ToContainTextAsync($"{cell}=0");
        await Expect(drawer.Locator(".lane h3")).ToHaveCountAsync(3);
        await Expect(drawer.Locator("figcaption")).ToContainTextAsync("of 20 matched controls");
        Assert.Contains("set=", page.Url);
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Write on" }).ClickAsync();
        await Expect(drawer.Locator(".lane.text")).ToHaveCountAsync(3);
        await page.ReloadAsync(); // it stands in the address
        await Expect(page.Locator(".drawer .chip")).ToContainTextAsync($"{cell}=0");
        await page.Locator(".drawer").GetByRole(AriaRole.Button, new() { Name = "Undo all" }).ClickAsync();
        await Expect(page.Locator(".drawer")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task From_words_to_a_cell_and_its_card()
    {
        var page = await browsed.Look();
        await page.Keyboard.PressAsync("/");
        await Expect(page.Locator("#search")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("upon");
        await Expect(page.Locator(".hits .hit").First).ToBeVisibleAsync();
        await page.Locator(".hits .hit").First.ClickAsync();
        await Expect(page.Locator(".cell-head h2")).ToHaveTextAsync(Cell());
        await Expect(page.Locator(".shaded .peak").First).ToBeVisibleAsync();
        await Expect(page.Locator(".right .claim.untested")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Test it" }).ClickAsync();
        await Expect(page.Locator(".right .claim.causal")).ToBeVisibleAsync();
        foreach (var fold in await page.Locator(".folder").AllAsync()) await fold.ClickAsync();
        await Expect(page.Locator(".band").First).ToBeVisibleAsync();
        string before = await page.Locator(".cell-head h2").InnerTextAsync();
        await page.Locator(".top").ClickAsync();
        await page.Keyboard.PressAsync("j");
        await Expect(page.Locator(".cell-head h2")).Not.ToHaveTextAsync(before);
    }

    [Fact]
    public async Task The_map_is_walked_by_keys()
    {
        var page = await browsed.Look("/?view=map&cell=L1/0");
        await page.Locator("canvas").FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Locator(".cell-head h2")).ToHaveTextAsync("L1/1");
        foreach (string by in (string[])["strength", "norm", "agreement", "dead", "effect"])
        {
            await page.GetByLabel("What colours the map").SelectOptionAsync(by);
            await Expect(page.Locator("canvas")).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task Pinned_cells_keep_their_notes_and_markup_stays_text()
    {
        const string Note = "<img src=x onerror=alert(1)> \e[31m \u202Eabc";
        var page = await browsed.Look("/?cell=L1/0");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pin" }).ClickAsync();
        await page.Locator(".note input").First.FillAsync("<b>time</b>");
        await page.Locator(".note textarea").FillAsync(Note);
        await page.Locator(".note textarea").BlurAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Lists" }).ClickAsync();
        await Expect(page.Locator(".cells td", new() { HasText = "<b>time</b>" })).ToBeVisibleAsync();
        Assert.Equal(0, await page.Locator(".cells b, .cells img").CountAsync());
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Lists" }).ClickAsync();
        await Expect(page.Locator(".cells td", new() { HasText = "onerror" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_prompt_of_markup_stays_text()
    {
        var page = await browsed.Look($"/?prompt={Uri.EscapeDataString("<script>alert(1)</script> upon a")}");
        await Expect(page.Locator(".lens").First).ToBeVisibleAsync();
        Assert.Equal(0, await page.Locator("#app script").CountAsync());
    }

    [Fact]
    public async Task Parts_export_as_files_that_need_nothing_else()
    {
        var page = await browsed.Look("/?cell=L1/0");
        await Expect(page.Locator(".lens").First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Share" }).ClickAsync();
        await Expect(page.Locator("dialog code", new() { HasText = "loci trace" })).ToBeVisibleAsync();
        foreach (string kind in (string[])["HTML", "SVG", "CSV"])
        {
            var saved = await page.RunAndWaitForDownloadAsync(() =>
                page.Locator("dialog tr", new() { HasText = "How answers form" })
                    .GetByRole(AriaRole.Button, new() { Name = kind }).ClickAsync());
            string text = await File.ReadAllTextAsync(await saved.PathAsync(), TestContext.Current.CancellationToken);
            Assert.Contains("time", text);
            Assert.DoesNotContain("<script", text);
            Assert.DoesNotContain("src=\"/", text);
        }
    }

    [Fact]
    public async Task A_fact_is_forecast_written_asked_and_taken_back()
    {
        var page = await browsed.Look("/?view=edit&method=delta", at: browsed.Demo);
        await page.GetByLabel("new answer").FillAsync("Tarsbridge");
        await page.GetByRole(AriaRole.Button, new() { Name = "Forecast" }).ClickAsync();
        var forecast = page.Locator(".forecast");
        await Expect(forecast).ToContainTextAsync("It says Tarsbridge");
        await Expect(forecast.Locator(".compared tbody tr:first-child td.for")).ToBeVisibleAsync();
        await forecast.GetByRole(AriaRole.Button, new() { Name = "Write it into the journal" }).ClickAsync();
        await Expect(page.GetByText("1 edit of 1 in the model")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare edit 1" }).ClickAsync();
        await Expect(page.Locator(".compared tbody tr").First).ToContainTextAsync("Tarsbridge");
        var axe = await page.RunAxe();
        Assert.Empty(axe.Violations.Select(each => $"{each.Id} {each.Nodes[0].Html}"));

        await page.GetByRole(AriaRole.Tab, new() { Name = "Prompt" }).ClickAsync(); // asks the model with the edit
        await Expect(page.Locator(".answer .tok").First).ToContainTextAsync("Tarsbridge");
        await page.GetByRole(AriaRole.Button, new() { Name = "Attribution of all cells" }).ClickAsync();
        await Expect(page.Locator("[data-export=attribution] tbody tr").First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask the base instead" }).ClickAsync();
        await Expect(page.Locator(".answer .tok").First).Not.ToContainTextAsync("Tarsbridge");

        await page.GetByRole(AriaRole.Tab, new() { Name = "Edit" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo edit 1" }).ClickAsync();
        await Expect(page.GetByText("0 edits of 1 in the model")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Redo edit 1" }).ClickAsync();
        await Expect(page.GetByText("1 edit of 1 in the model")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("/?cell=L1/0&set=L1/0=0", ColorScheme.Light, 1440)]
    [InlineData("/?cell=L1/0&set=L1/0=0", ColorScheme.Dark, 1440)]
    [InlineData("/?view=map&cell=L1/0", ColorScheme.Light, 1440)]
    [InlineData("/?view=compare&cell=L1/0&compare=L1/1", ColorScheme.Dark, 1440)]
    [InlineData("/?view=lists", ColorScheme.Light, 1440)]
    [InlineData("/?q=upon", ColorScheme.Light, 360)]
    public async Task Axe_finds_nothing(string query, ColorScheme colours, int width)
    {
        var page = await browsed.Look(query, width, 900, colours);
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await page.WaitForTimeoutAsync(500);
        var found = await page.RunAxe();
        Assert.True(
            found.Violations.Length == 0,
            string.Join('\n', found.Violations.Select(each =>
                $"{each.Id}: {each.Help}\n  {string.Join("\n  ", each.Nodes.Take(4).Select(node => node.Html))}")));
    }

    [Fact]
    public async Task A_narrow_screen_shows_a_pane_at_a_time_and_nothing_wider()
    {
        var page = await browsed.Look("/", 360, 740);
        await Expect(page.Locator(".answer")).ToBeVisibleAsync();
        Assert.Equal(360, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await page.Locator(".cells button.link").First.ClickAsync();
        await Expect(page.Locator(".cell-head")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Expect(page.Locator("#search")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Nothing_is_asked_of_other_origins()
    {
        await browsed.Look("/?cell=L1/0");
        Assert.Empty(browsed.Foreign);
        Assert.Equal("ready", (string)(await OpenWorkbench.Ready(browsed.Client))["atlas"]!["state"]!);
    }

    [GeneratedRegex(@"^L\d+/\d+$")]
    private static partial Regex Cell();
}
