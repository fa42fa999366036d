using Loci.Server.Tests;
using Microsoft.Playwright;

namespace Loci.Browser.Tests;

/// <summary>The workbench over the constructed model, and the system's Chromium to look at it with.</summary>
public sealed class Browsed : IAsyncLifetime
{
    private static readonly string[] s_places =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly OpenWorkbench _open = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public Uri Address => _open.Server.Address;

    public HttpClient Client => _open.Client;

    public string Folder => _open.Folder;

    public static string? Chromium => Array.Find(s_places, File.Exists);

    public async ValueTask InitializeAsync()
    {
        if (Chromium is not { } path) return;
        await _open.InitializeAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = ["--no-sandbox"] });
    }

    /// <summary>A page that fails the test on any error, and on any request that leaves the origin.</summary>
    public async Task<IPage> Look(
        string query = "", int width = 1440, int height = 900, ColorScheme colours = ColorScheme.Light)
    {
        Assert.SkipWhen(Chromium is null, "there is no Chromium here (Debian: apt install chromium)");
        var context = await _browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height }, ColorScheme = colours,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(20_000);
        page.PageError += (_, error) => throw new InvalidOperationException($"the page failed: {error}");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(Address.ToString(), StringComparison.Ordinal)
                && !request.Url.StartsWith("data:", StringComparison.Ordinal)
                && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
                Foreign.Add(request.Url);
        };
        await page.GotoAsync(new Uri(Address, query).ToString());
        await page.Locator(".panes").WaitForAsync();
        return page;
    }

    /// <summary>Requests that left the origin.</summary>
    public List<string> Foreign { get; } = [];

    public async ValueTask DisposeAsync()
    {
        if (_browser is null) return;
        await _browser.DisposeAsync();
        _playwright!.Dispose();
        await _open.DisposeAsync();
    }
}
