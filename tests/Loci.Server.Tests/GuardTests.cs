using System.Net;
using System.Text.RegularExpressions;

namespace Loci.Server.Tests;

/// <summary>Who is let in, and what the page may run.</summary>
public sealed partial class GuardTests(OpenWorkbench open) : IClassFixture<OpenWorkbench>
{
    private const long MostPageBytes = 300_000;

    [Fact]
    public async Task The_page_has_a_strict_policy_and_no_script_of_its_own()
    {
        var response = await open.Client.GetAsync("/", TestContext.Current.CancellationToken);
        string page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        string policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("script-src 'self'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.DoesNotMatch("<script(?![^>]*src=)", page);
        Assert.DoesNotMatch("\\son\\w+=|style=", page);
        Assert.DoesNotMatch("https?://", page);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task Every_file_of_the_page_is_served_and_all_are_small()
    {
        var (pending, seen) = (new Queue<string>(["/", "/card"]), new HashSet<string> { "/", "/card" });
        long bytes = 0;
        while (pending.TryDequeue(out string? path))
        {
            string text = await open.Client.GetStringAsync(path, TestContext.Current.CancellationToken);
            bytes += text.Length;
            foreach (Match match in Reference().Matches(text))
            {
                string name = match.Groups[1].Value;
                string file = new Uri(new Uri(open.Server.Address, path), name).AbsolutePath;
                if (seen.Add(file)) pending.Enqueue(file);
            }
        }
        Assert.Contains("/page/vendor/preact.js", seen);
        Assert.InRange(seen.Count, 30, 200);
        Assert.InRange(bytes, 1, MostPageBytes);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("192.168.7.7")]
    public async Task A_host_that_is_not_ours_is_refused(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/workbench") { Headers = { Host = host } };
        var response = await open.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://localhost:1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Scripts_of_other_sites_are_refused(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/workbench");
        request.Headers.Add(header, value);
        var response = await open.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task The_own_origin_is_answered()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/workbench");
        request.Headers.Add("Origin", open.Server.Address.GetLeftPart(UriPartial.Authority));
        var response = await open.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_card_may_stand_in_a_frame_and_nothing_else_may()
    {
        var card = await open.Client.GetAsync("/card?cell=L1/0", TestContext.Current.CancellationToken);
        Assert.Contains("frame-ancestors *", card.Headers.GetValues("Content-Security-Policy").Single());
        Assert.DoesNotContain(
            "name=\"loci-token\"", await card.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Who_does_not_know_the_token_is_not_answered()
    {
        var (server, client) = await OpenWorkbench.Serve(open.Options with { Token = "open sesame" });
        await using var _ = server;
        using var __ = client;
        var stop = TestContext.Current.CancellationToken;
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/workbench", stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/?token=open", stop)).StatusCode);
        using var bearer = new HttpRequestMessage(HttpMethod.Get, "/api/workbench");
        bearer.Headers.Add("Authorization", "Bearer open sesame");
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(bearer, stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/?token=open%20sesame", stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/workbench", stop)).StatusCode); // by its cookie
    }

    [Fact]
    public async Task Other_machines_are_not_let_in_without_a_token()
    {
        var e = await Assert.ThrowsAsync<LociException>(() => WorkbenchServer.Start(
            open.Options with { Address = IPAddress.Any }, TestContext.Current.CancellationToken));
        Assert.Contains("token", e.Message);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said()
    {
        var e = await Assert.ThrowsAsync<LociException>(() => WorkbenchServer.Start(
            open.Options with { Port = open.Server.Address.Port }, TestContext.Current.CancellationToken));
        Assert.Contains("is taken", e.Message);
        Assert.Contains("--port", e.Message);
    }

    [GeneratedRegex("(?:src=|href=|from |import )[\"']([./][^\"']+)[\"']")]
    private static partial Regex Reference();
}
