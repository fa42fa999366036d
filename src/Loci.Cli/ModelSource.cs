using Loci.Models;
using Loci.Models.Hub;

namespace Loci.Cli;

/// <summary>Opens what a person calls MODEL: what is on this machine first, else a hub id, fetched and cached.</summary>
internal static class ModelSource
{
    public static Model Open(string name) =>
        name == Model.ConstructedName || Path.Exists(name) || !HubModelId.TryParse(name, out var id)
            ? Model.Open(name)
            : Model.Open(Fetch(id), name);

    private static string Fetch(HubModelId id)
    {
        using var client = new HubClient(HubOptions.FromEnvironment());
        using var line = new ProgressLine();
        try
        {
            return client.FetchAsync(id, at => line.Show(
                $"{id}: {at.File} {at.BytesDone / 1e6:f1}{(at.BytesTotal is { } total ? $" of {total / 1e6:f1}" : "")} MB",
                final: at.BytesDone == at.BytesTotal)).GetAwaiter().GetResult();
        }
        catch (LociException e)
        {
            throw new LociException($"There is no file or directory «{id}» here, and as a hub id it failed: {e.Message}", e);
        }
    }
}
