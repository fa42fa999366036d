using Loci.BuiltIn;
using Loci.Editing;
using Loci.Models;
using Loci.Models.Hub;
using Loci.Tokenizers;

namespace Loci.Cli;

/// <summary>
/// Opens what a person calls MODEL: what is on this machine first, else a hub id, fetched and cached.
/// </summary>
internal static class ModelSource
{
    /// <param name="name">
    /// A path, a hub id, or the name of a built-in model, and behind «@» the journal of its edits.
    /// </param>
    /// <param name="cancel">Ends a download; the next one goes on from there.</param>
    public static Model Open(string name, CancellationToken cancel = default)
    {
        var reference = ModelReference.Parse(name, BuiltInModels.Names.Contains);
        var model = OpenBase(reference.Model, cancel);
        return reference.Journal is { } journal ? EditedModel.Open(model, EditJournal.Load(journal), name) : model;
    }

    /// <summary>The same without a journal.</summary>
    public static Model OpenBase(string name, CancellationToken cancel = default)
    {
        var model = Find(name, cancel);
        foreach (string warning in model.Warnings) Screen.Warn(warning);
        return model;
    }

    /// <summary>The files of a model's tokenizer, by name; none where it has none that are read.</summary>
    public static IReadOnlyList<KeyValuePair<string, byte[]>> TokenizerFiles(
        string name, CancellationToken cancel = default)
    {
        if (BuiltInModels.Names.Contains(name)) return BuiltInModels.TokenizerFiles(name);
        string place = Path.Exists(name) || !HubModelId.TryParse(name, out var id) ? name : Fetch(id, cancel);
        string folder = Directory.Exists(place) ? place : Path.GetDirectoryName(Path.GetFullPath(place))!;
        return
        [
            .. TokenizerFolder.Files.Select(file => Path.Combine(folder, file)).Where(File.Exists)
                .Select(path => KeyValuePair.Create(Path.GetFileName(path), InputFile.Read(path, int.MaxValue))),
        ];
    }

    /// <summary>Where the files of a model lie, fetched first if it is a hub id.</summary>
    public static string Fetched(string name, CancellationToken cancel) =>
        !Path.Exists(name) && HubModelId.TryParse(name, out var id) ? Fetch(id, cancel) : name;

    private static Model Find(string name, CancellationToken cancel) =>
        BuiltInModels.Names.Contains(name) ? BuiltInModels.Open(name)
        : Path.Exists(name) ? Read(name, name, cancel)
        : HubModelId.TryParse(name, out var id) ? Read(Fetch(id, cancel), name, cancel)
        : throw new LociException(
            $"There is no model «{name}»: no such directory or file, and not the name of a built-in model "
            + $"({string.Join(", ", BuiltInModels.Names)}).");

    /// <summary>
    /// Where a model was opened from, as <see cref="Atlas.Building.AtlasBuilder.ModelPlace"/> has it.
    /// </summary>
    public static string Place(string name) =>
        BuiltInModels.Names.Contains(name) || !Path.Exists(name) || Path.IsPathFullyQualified(name) ? name
            : Path.Combine(".", name);

    // Weights of many gigabytes take a while to read, and reading them cannot be asked to stop: it is left behind.
    private static Model Read(string path, string name, CancellationToken cancel) =>
        Task.Run(() => Model.Open(path, name), cancel).WaitAsync(cancel).GetAwaiter().GetResult();

    private static string Fetch(HubModelId id, CancellationToken cancel)
    {
        using var line = new ProgressLine();
        using var client = new HubClient(
            HubOptions.FromEnvironment() with { Notice = notice => line.Show(notice, final: true) });
        try
        {
            return client.FetchAsync(id, new ImmediateProgress<HubProgress>(at => line.Show(
                $"{id}: {at.File} "
                + $"{at.BytesDone / 1e6:f1}{(at.BytesTotal is { } total ? $" of {total / 1e6:f1}" : "")} MB",
                final: at.BytesDone == at.BytesTotal)), cancellation: cancel).GetAwaiter().GetResult();
        }
        catch (LociException e)
        {
            throw new LociException(
                $"There is no file or directory «{id}» here, and as a hub id it failed: {e.Message}", e);
        }
    }
}
