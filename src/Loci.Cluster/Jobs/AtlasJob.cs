using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Atlas.Storage;
using Loci.Cluster.Work;
using Loci.Text;

namespace Loci.Cluster.Jobs;

/// <summary>
/// An atlas as a person orders it; <see cref="Prepare"/> makes it a job that workers can take part in.
/// </summary>
/// <param name="Model">As typed.</param>
/// <param name="Corpus">The text.</param>
/// <param name="Output">The atlas, as typed.</param>
/// <param name="Options">What it is to hold.</param>
internal sealed record AtlasJob(string Model, Corpus Corpus, string Output, AtlasOptions Options)
{
    public int BatchTokens { get; init; } = 512;

    public bool Replace { get; init; }

    public double LeaseSeconds { get; init; } = 60;

    public double RangeSeconds { get; init; } = 60;

    /// <summary>The folder of an atlas's job.</summary>
    public static JobFolder FolderOf(string output) => new(Path.GetFullPath(output) + ".job");

    /// <summary>
    /// Opens the model, indexes the text in one pass and writes the job's folder. A folder of the same build is gone
    /// on with: its results count.
    /// </summary>
    /// <param name="progress">Told the bytes of text read so far.</param>
    /// <param name="cancellation">Ends the pass.</param>
    /// <exception cref="LociException">Something cannot be read or written, or another build's job is in the
    /// way.</exception>
    public JobSpec Prepare(IProgress<long>? progress, CancellationToken cancellation)
    {
        var model = ClusterModel.Open(Model);
        model.RequireTokenizer();
        var folder = FolderOf(Output);
        folder.Create();
        var index = SentenceIndexer.Index(
            Corpus, Options.Unit, Options.MaxSentences, folder.Path, progress, cancellation);
        if (index.Sentences == 0) throw AtlasAssembly.NoText();
        JobFile[] files = [.. index.Files.Zip(Corpus.Paths, (file, path) => new JobFile(
            Path.GetFileName(file.Path), file.Sha256, file.Length, KeptPlaces.KeepFile(path, Output)))];
        string place = KeptPlaces.Keep(ClusterModel.Place(Model), Output);
        string identity = new AtlasAssembly(
            model, Options, index.Reading,
            [.. files.Select(f => new SourceFile(f.Name, f.Sha256, f.Bytes, f.Place))], place).Identity;
        if (File.Exists(folder.SpecPath) && JobSpecFile.Read(folder).Identity is var found && found != identity)
            throw new LociException(
                $"{folder.Path} is the job of another build: {BuildIdentity.Difference(found, identity)} Give another "
                + "--out, or delete the folder.");
        if (!Replace) AtlasBuilder.CheckReplaceable(Output, identity);
        SentenceIndexFile.Save(folder.IndexPath, index);
        var spec = new JobSpec
        {
            Id = $"{Path.GetFileName(Output)}-{PartialFile.Hash(folder.IndexPath)[..8]}",
            Folder = folder.Path,
            Model = ClusterModel.Shared(Model),
            ModelPlace = place,
            Output = Path.GetFullPath(Output),
            Replace = Replace,
            Identity = identity,
            IndexHash = PartialFile.Hash(folder.IndexPath),
            Blocks = index.Blocks.Count,
            Top = Options.Top,
            ValueTokens = Options.ValueTokens,
            BatchTokens = BatchTokens,
            Files = files,
            LeaseSeconds = LeaseSeconds,
            RangeSeconds = RangeSeconds,
        };
        JobSpecFile.Write(folder, spec);
        return spec;
    }
}
