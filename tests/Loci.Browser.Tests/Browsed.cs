using Loci.BuiltIn;
using Loci.Server;
using Loci.Server.Tests;
using Microsoft.Playwright;

namespace Loci.Browser.Tests;

/// <summary>The workbench over the constructed model, and the system's Chromium to look at it with.</summary>
public sealed class Browsed : IAsyncLifetime
{
    private static readonly string[] s_places =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    // What an assertion waits for at most: the machine may be busy.
    private const float Patience = 20_000;

    private readonly OpenWorkbench _open = new();
    private WorkbenchServer? _demo;
    private HttpClient? _demoClient;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public Uri Address => _open.Server.Address;

    /// <summary>Another workbench, over demo, which knows facts that can be edited.</summary>
    public Uri Demo => _demo!.Address;

    public HttpClient Client => _open.Client;

    public string Folder => _open.Folder;

    public static string? Chromium => Array.Find(s_places, File.Exists);

    public async ValueTask InitializeAsync()
    {
        if (Chromium is not { } path) return;
        await _open.InitializeAsync();
        (_demo, _demoClient) = await OpenWorkbench.Serve(new()
        {
            Model = BuiltInModels.Open("demo"), ModelPlace = "demo", Threads = 2, Prompt = "The capital of Norvia is",
            Journal = Path.Combine(_open.Folder, "demo.journal"),
        });
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = path, Args = ["--no-sandbox", "--disable-gpu"] });
    }

    /// <summary>A page that fails the test on any error, and on any request that leaves the origin.</summary>
    public async Task<IPage> Look(
        string query = "", int width = 1440, int height = 900, ColorScheme colours = ColorScheme.Light,
        Uri? at = null)
    {
        Assert.SkipWhen(Chromium is null, "there is no Chromium here (Debian: apt install chromium)");
        var context = await _browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height }, ColorScheme = colours,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        at ??= Address;
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(Patience);
        page.PageError += (_, error) => throw new InvalidOperationException($"the page failed: {error}");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(at.ToString(), StringComparison.Ordinal)
                && !request.Url.StartsWith("data:", StringComparison.Ordinal)
                && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
                Foreign.Add(request.Url);
        };
        await page.GotoAsync(new Uri(at, query).ToString());
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
        _demoClient!.Dispose();
        await _demo!.DisposeAsync();
        await _open.DisposeAsync();
    }
}
