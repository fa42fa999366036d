using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Loci.Server.Hosting;

/// <summary>
/// Who is let in. A page of another site that a person has open may send requests here, under a name of its own that it
/// makes point here, too: so the host must be one of ours, and a request must not come from another origin. Beyond this
/// machine everyone has to know the token. What comes in from text cannot run: the policy of the page allows scripts of
/// the page's own files alone.
/// </summary>
internal static class Guard
{
    public const string Cookie = "loci-token";

    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
            + "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; ";

    public static void UseGuard(this WebApplication app, WorkbenchOptions options) => app.Use(async (context, next) =>
    {
        var (request, response) = (context.Request, context.Response);
        bool card = request.Path.StartsWithSegments("/card");
        var headers = response.Headers;
        headers[HeaderNames.ContentSecurityPolicy] = Policy + (card ? "frame-ancestors *" : "frame-ancestors 'none'");
        headers[HeaderNames.XContentTypeOptions] = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (!card) headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (!IsOwn(request.Host.Host, options))
            await Refuse(context, StatusCodes.Status421MisdirectedRequest, "This is not the host of this workbench.");
        else if (IsForeign(request))
            await Refuse(context, StatusCodes.Status403Forbidden, "Requests of other sites are not answered.");
        else if (options.Token is { } token && !Knows(context, token))
            await Refuse(
                context, StatusCodes.Status401Unauthorized,
                "This workbench asks for its token: open the address that it printed, or send it as "
                    + "«Authorization: Bearer TOKEN».");
        else await next(context);
    });

    /// <summary>Equal, in a time that does not tell how far they are.</summary>
    public static bool Same(string? given, string expected) => given is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));

    private static bool IsOwn(string host, WorkbenchOptions options) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address)
            && (IPAddress.IsLoopback(address) || !IPAddress.IsLoopback(options.Address)))
        || (options.Token is not null && !IPAddress.IsLoopback(options.Address));

    private static bool IsForeign(HttpRequest request)
    {
        string? origin = request.Headers.Origin;
        if (origin is not null && !IsSame(origin, request)) return true;
        // A link or a frame may lead here from anywhere; a script of another site may not.
        return request.Headers["Sec-Fetch-Site"] == "cross-site" && request.Headers["Sec-Fetch-Mode"] != "navigate";
    }

    private static bool IsSame(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var from)
        && from.Scheme == request.Scheme
        && from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase);

    private static bool Knows(HttpContext context, string token)
    {
        var request = context.Request;
        if (Same(request.Cookies[Cookie], token)) return true;
        string? bearer = request.Headers.Authorization;
        if (bearer?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) == true
            && Same(bearer[7..].Trim(), token))
            return true;
        if (!Same(request.Query["token"], token)) return false;
        context.Response.Cookies.Append(
            Cookie, token,
            new()
            {
                HttpOnly = true, SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Strict, Secure = request.IsHttps,
            });
        return true;
    }

    private static Task Refuse(HttpContext context, int status, string why) => Errors.Write(context, status, why);
}
