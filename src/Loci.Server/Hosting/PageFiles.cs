using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Loci.Server.Hosting;

/// <summary>The files of the page, which lie in the program. The browser asks again whether one has changed.</summary>
internal static class PageFiles
{
    private const string Prefix = "page/";

    private static readonly FrozenDictionary<string, PageFile> s_files = Read();

    private sealed record PageFile(byte[] Content, string Type, string Tag);

    public static void MapPage(this IEndpointRouteBuilder routes, WorkbenchOptions options)
    {
        routes.MapGet("/", (HttpContext context) => Send(context, "index.html", options)).ExcludeFromDescription();
        routes.MapGet("/card", (HttpContext context) => Send(context, "card.html", options)).ExcludeFromDescription();
        routes.MapGet(
            "/page/{**path}", (HttpContext context, string path) => Send(context, path, options))
            .ExcludeFromDescription();
    }

    private static async Task Send(HttpContext context, string path, WorkbenchOptions options)
    {
        var response = context.Response;
        if (!s_files.TryGetValue(path, out var file))
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
            string hash = Convert.ToHexStringLower(SHA256.HashData(content))[..16];
            files[name[Prefix.Length..]] = new(content, TypeOf(name), $"\"{hash}\"");
        }
        return files.ToFrozenDictionary();
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    };
}
