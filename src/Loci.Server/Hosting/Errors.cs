using Loci.Server.Sharing;
using Loci.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Loci.Server.Hosting;

/// <summary>What went wrong, as a status and a sentence that a person can act on.</summary>
internal static class Errors
{
    private const int ClientClosedRequest = 499;

    public static void UseErrors(this WebApplication app) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            if (!context.Response.HasStarted) context.Response.StatusCode = ClientClosedRequest;
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            var (status, message) = Of(e);
            await Write(context, status, message);
        }
    });

    /// <summary>The status and the sentence of an error.</summary>
    public static (int Status, string Message) Of(Exception e) => e switch
    {
        NotThereException => (StatusCodes.Status404NotFound, e.Message),
        StaleException => (StatusCodes.Status409Conflict, e.Message),
        InvalidFileException => (StatusCodes.Status500InternalServerError, e.Message),
        LociException => (StatusCodes.Status400BadRequest, Sentence(e.Message)),
        BadHttpRequestException bad => (bad.StatusCode, Sentence(bad.Message)),
        _ => (StatusCodes.Status500InternalServerError,
            $"This is a mistake in Loci, not yours: {e.GetType().Name}: {e.Message}"),
    };

    /// <summary>Writes an error as the answer.</summary>
    public static Task Write(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.Body.WriteAsync(
            ViewJson.WriteLine(new ErrorView(message)), context.RequestAborted).AsTask();
    }

    private static string Sentence(string message) =>
        message.Length > 0 && char.IsLower(message[0]) ? char.ToUpperInvariant(message[0]) + message[1..] : message;
}
