using System.Net;

namespace Loci.Models.Hub;

/// <summary>What to tell a person whom the hub refuses.</summary>
internal static class HubRefusal
{
    /// <summary>The error for an answer that is neither success nor worth another try.</summary>
    public static LociException For(HttpResponseMessage response, HubModelId model, string? file, HubOptions options)
    {
        string what = file is null ? model.ToString() : $"{file} of {model}";
        string page = $"{options.Endpoint.ToString().TrimEnd('/')}/{model.Name}";
        return new(response.StatusCode switch
        {
            HttpStatusCode.Unauthorized when options.Token is null =>
                $"{what}: the hub wants to know who asks (401). Check the name: a model that does not exist answers "
                    + "so too. " +
                "A private or gated one needs an access token in HF_TOKEN",
            HttpStatusCode.Unauthorized =>
                $"{what}: the hub does not accept the access token (401). Check the name, and HF_TOKEN or the token "
                    + "file",
            HttpStatusCode.Forbidden => options.Token is null
                ? $"{what}: the hub forbids access (403). Accept the model's conditions at {page}, and set HF_TOKEN "
                + "to an access token"
                : $"{what}: the hub forbids access with this token (403). " +
                  $"Accept the model's conditions at {page}, and use a token that may read gated models",
            HttpStatusCode.NotFound => file is null
                ? $"{what}: the hub has no such model or revision (404). Check the name at {page}"
                : $"{what}: the hub has no such file (404)",
            var status => $"{what}: the hub answers {(int)status}",
        });
    }
}
