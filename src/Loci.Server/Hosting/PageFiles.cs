using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Loci.Server.Hosting;

/// <summary>The files of the page, which lie in the program. The browser asks again whether one has changed.</summary>
internal static class PageFiles
{
    private const string Prefix = "page/", NoToken = "name=\"loci-token\" content=\"\"";

    private static readonly FrozenDictionary<string, PageFile> s_files = Read();

    private sealed record PageFile(byte[] Content, string Type, string Tag);

    /// <summary>Serves the page.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="token">What lets the page write; it stands in the page, which no other site can read.</param>
    public static void MapPage(this IEndpointRouteBuilder routes, string token)
    {
        var index = WithToken(s_files["index.html"], token);
        routes.MapGet("/", (HttpContext context) => Send(context, index)).ExcludeFromDescription();
        routes.MapGet("/card", (HttpContext context) => Send(context, s_files["card.html"])).ExcludeFromDescription();
        routes.MapGet(
            "/page/{**path}",
            (HttpContext context, string path) => Send(context, s_files.GetValueOrDefault(path), path))
            .ExcludeFromDescription();
    }

    private static PageFile WithToken(PageFile page, string token)
    {
        string text = Encoding.UTF8.GetString(page.Content);
        string with = text.Replace(NoToken, $"name=\"loci-token\" content=\"{token}\"");
        return Of(Encoding.UTF8.GetBytes(with), page.Type);
    }

    private static async Task Send(HttpContext context, PageFile? file, string path = "")
    {
        var response = context.Response;
        if (file is null)
        {
            await Errors.Write(context, StatusCodes.Status404NotFound, $"The page has no file {path}.");
            return;
        }
        response.Headers.CacheControl = "no-cache";
        response.Headers.ETag = file.Tag;
        if (context.Request.Headers.IfNoneMatch == file.Tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        response.ContentType = file.Type;
        await response.Body.WriteAsync(file.Content, context.RequestAborted);
    }

    private static FrozenDictionary<string, PageFile> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var files = new Dictionary<string, PageFile>();
        foreach (string name in assembly.GetManifestResourceNames())
        {
            if (!name.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            using var resource = assembly.GetManifestResourceStream(name)!;
            byte[] content = new byte[resource.Length];
            resource.ReadExactly(content);
            files[name[Prefix.Length..]] = Of(content, TypeOf(name));
        }
        return files.ToFrozenDictionary();
    }

    private static PageFile Of(byte[] content, string type) =>
        new(content, type, $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\"");

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    };
}
