using System.Runtime.CompilerServices;
using Loci.Server.Tests;
using Microsoft.Playwright;

namespace Loci.Browser.Tests;

/// <summary>
/// The pictures of the documentation, of a workbench that runs: with its address in LOCI_WORKBENCH, run this class by
/// <c>-explicit only</c>. <c>loci serve demo</c> gives all but the memory's, <c>loci serve demo-delta</c> that one.
/// LOCI_PICTURES names another folder than the documentation's; every view is taken there, in three looks.
/// </summary>
public sealed class PictureTests(Browsed browsed) : IClassFixture<Browsed>
{
    private const string Prompt = "The capital of Norvia is";

    [Fact(Explicit = true)]
    public async Task Pictures_of_the_documentation()
    {
        string? address = Environment.GetEnvironmentVariable("LOCI_WORKBENCH");
        Assert.SkipWhen(address is null, "LOCI_WORKBENCH names no workbench that runs");
        var at = new Uri(address);
        using var client = new HttpClient { BaseAddress = at };
        var open = await OpenWorkbench.Ready(client);
        if ((bool)open["model"]!["layers"]![0]!["fast_weights"]!)
        {
            await Memory(at);
            return;
        }
        string set = await StrongestCell(client);
        string asked = $"prompt={Uri.EscapeDataString(Prompt)}";
        await Take(at, $"/?{asked}&set={set}%3D0&cell={set}", "switch", ".drawer .strip");
        await Take(at, $"/?view=map&by=effect&{asked}&cell={set}", "map", "canvas");
        await Take(at, $"/?{asked}", "narrow", ".cells", 390);
        var edit = await browsed.Look($"/?view=edit&method=delta&to=Tarsbridge&{asked}", 1280, 800, at: at);
        await edit.GetByRole(AriaRole.Button, new() { Name = "Forecast" }).ClickAsync();
        await edit.Locator(".compared").WaitForAsync();
        await Save(edit, "edit");
        if (Environment.GetEnvironmentVariable("LOCI_PICTURES") is null) return;
        foreach (var (look, width, colours) in ((string, int, ColorScheme)[])
            [("light", 1280, ColorScheme.Light), ("dark", 1280, ColorScheme.Dark), ("phone", 390, ColorScheme.Light)])
            foreach (string view in (string[])["prompt", "map", "compare", "lists", "edit"])
                await Take(
                    at, $"/?view={view}&{asked}&to=Tarsbridge&cell={set}&compare=L0/1", $"{view}-{look}", ".pane",
                    width, colours);
    }

    private async Task Memory(Uri at)
    {
        var page = await browsed.Look($"/?view=state&prompt={Uri.EscapeDataString(Prompt)}", 1280, 800, at: at);
        await page.GetByLabel("Text", new() { Exact = true }).FillAsync(
            "Norvia is a country. The capital of Norvia is Tarsbridge. Sarovia is a country.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Read it" }).ClickAsync();
        await page.Locator(".fates").First.WaitForAsync();
        await Save(page, "memory");
    }

    private static async Task<string> StrongestCell(HttpClient client)
    {
        var trace = await OpenWorkbench.Post(client, "/api/trace", new { prompt = Prompt });
        return ((string)trace["cells_for"]![0]!["cell"]!).TrimEnd('-');
    }

    private async Task Take(
        Uri at, string query, string name, string shown, int width = 1280, ColorScheme colours = ColorScheme.Light)
    {
        var page = await browsed.Look(query, width, 800, colours, at);
        await page.Locator(shown).First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await Save(page, name);
    }

    private static async Task Save(IPage page, string name)
    {
        const float Settled = 600; // until what appears gradually is there, ms
        await page.WaitForTimeoutAsync(Settled);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Folder(), $"{name}.png") });
        await page.Context.CloseAsync();
    }

    private static string Folder([CallerFilePath] string file = "") =>
        Environment.GetEnvironmentVariable("LOCI_PICTURES")
            ?? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../docs/workbench"));
}
