using System.Security.Cryptography;
using Loci.Atlas;
using Loci.Models;
using Loci.Server.Endpoints;
using Loci.Studies;
using Loci.Views;

namespace Loci.Server.Sharing;

/// <summary>What all requests share: the model, the atlas, and the queue of runs.</summary>
internal sealed class Workbench : IDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly Leased<Model>? _model;
    private readonly Lock _reading = new();
    private Task _opening = Task.CompletedTask;
    private (string Hash, StudyText Text)? _text;

    public Workbench(WorkbenchOptions options)
    {
        Options = options;
        _model = options.Model is { } model ? new(model) : null;
        Atlas = new(options.Atlas, options.Model);
        Beside = new(options.Beside, null);
        Notes = new(options.Notes);
        Edits = new(options.Journal);
        Runs = new(options.Threads);
    }

    public WorkbenchOptions Options { get; }

    public OpenAtlas Atlas { get; }

    public RunQueue Runs { get; }

    public KeptTexts Texts { get; } = new();

    public CellNotes Notes { get; }

    public ModelEdits Edits { get; }

    /// <summary>The atlas that is compared with the first; opened without a model.</summary>
    public OpenAtlas Beside { get; }

    /// <summary>What the page gets and others do not: it lets write.</summary>
    public string WriteToken { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>What is open.</summary>
    public WorkbenchView View
    {
        get
        {
            using var model = _model?.Take();
            return new(
                LociVersion.Current, model is null ? null : OpenModelView.Of(model.Value, Options.ModelPlace),
                Atlas.View, Beside.View, Options.Prompt, Runs.Running, Runs.Waiting, Options.Warnings);
        }
    }

    /// <summary>Opens the atlas, or builds it, while requests are answered already.</summary>
    public void Open() => _opening = Task.Run(() =>
    {
        Beside.Open(null, _closing.Token);
        Atlas.Open(Options.Build, _closing.Token);
    });

    /// <summary>Takes the model to run.</summary>
    /// <exception cref="NotThereException">An atlas alone is open.</exception>
    public Lease<Model> TakeModel() => _model?.Take() ?? throw new NotThereException(
        "No model is open, the atlas alone. Give its model: loci serve ATLAS --model MODEL.");

    /// <summary>Runs the model when it is its turn, away from the thread that asks.</summary>
    public Task<T> Run<T>(Func<Model, Compute, T> work, CancellationToken cancel) => Runs.Run(
        () =>
        {
            using var model = TakeModel();
            return work(model.Value, Runs.Compute(cancel));
        },
        cancel);

    /// <summary>The same of the model with its edits, where a request asks for that.</summary>
    public Task<T> Run<T>(PromptRequest request, Func<Model, Compute, T> work, CancellationToken cancel) =>
        Run((model, compute) => work(Asked(request, model), compute), cancel);

    /// <summary>The model that a request is put to: the base, or the one with its edits.</summary>
    public Model Asked(PromptRequest request, Model model) => request.Edited ? Edits.Edited(model) : model;

    /// <summary>The text of the atlas, read once for all studies.</summary>
    /// <exception cref="NotThereException">It is not to be had.</exception>
    public StudyText StudyText(Model model, AtlasFile atlas, StudyOptions options)
    {
        if (Options.Corpus is not { } corpus)
            throw new NotThereException("The text of the atlas is not known; name it with --corpus.");
        string hash = Atlas.Hash ?? "";
        lock (_reading)
        {
            if (_text is not { } known || known.Hash != hash)
                _text = (hash, Studies.StudyText.Read(model, corpus(), atlas.Manifest, options));
            return _text.Value.Text;
        }
    }

    public void Dispose()
    {
        _closing.Cancel();
        try
        {
            _opening.Wait(TimeSpan.FromSeconds(5));
        }
        catch (AggregateException)
        {
            // It was told to stop.
        }
        Atlas.Dispose();
        Beside.Dispose();
        Runs.Dispose();
        _closing.Dispose();
    }
}
