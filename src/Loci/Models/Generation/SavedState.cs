namespace Loci.Models.Generation;

/// <summary>
/// A text's memory apart from its model: what a state file holds. It goes on with the model that wrote it, and with no
/// other, exactly as if it had never been interrupted. A copy of the file is a fork of the text.
/// </summary>
public sealed class SavedState
{
    private readonly int? _unread;
    private readonly float[] _last; // [width]

    internal SavedState(
        string model, string modelIdentity, ModelSpec spec, ContextMemory memory, int? unread, float[] last,
        ulong samplerState)
    {
        (ModelName, ModelIdentity, Spec, Memory, SamplerState) = (model, modelIdentity, spec, memory, samplerState);
        (_unread, _last) = (unread, last);
    }

    /// <summary>What the model was opened as.</summary>
    public string ModelName { get; }

    /// <summary>The <see cref="Model.Identity"/> of the model.</summary>
    public string ModelIdentity { get; }

    /// <summary>The model's sizes and choices; its family reads «loci».</summary>
    public ModelSpec Spec { get; }

    /// <summary>What is kept of the text.</summary>
    public ContextMemory Memory { get; }

    /// <summary>Where the draws of the sampler stood, see <see cref="Sampler.State"/>.</summary>
    public ulong SamplerState { get; }

    /// <summary>A token that was made but not yet read.</summary>
    internal int? Unread => _unread;

    /// <summary>The stream after the last token read. [width]</summary>
    internal ReadOnlySpan<float> Last => _last;

    /// <summary>What a session knows, as it stands; the session may go on.</summary>
    /// <param name="session">The session.</param>
    /// <param name="model">Its model.</param>
    /// <param name="sampler">What it draws with, if draws are to go on as well.</param>
    public static SavedState Of(Session session, Model model, Sampler? sampler = null)
    {
        if (session.Transformer != model.Transformer)
            throw new ArgumentException("is not the model of the session", nameof(model));
        return new(
            model.Name, model.Identity, model.Spec, session.Memory.Clone(), session.Unread, session.Last.ToArray(),
            sampler?.State ?? 0);
    }

    /// <summary>Reads a state file.</summary>
    /// <exception cref="LociException">
    /// There is no such file, it is no state, is damaged anywhere or of another version: nothing is loaded.
    /// </exception>
    public static SavedState Load(string path) => StateFile.Read(path);

    /// <summary>Writes a state file, in place of one that has the name only when all of it is on disk.</summary>
    /// <exception cref="LociException">It cannot be written; what was there is still there.</exception>
    public void Save(string path) => StateFile.Write(path, this);

    /// <summary>A session that goes on from here. The state can be resumed again.</summary>
    /// <param name="model">The model that made it.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    /// <exception cref="LociException">The model is another.</exception>
    public Session Resume(Model model, Compute compute = default)
    {
        if (model.Identity != ModelIdentity)
            throw new LociException(
                $"The state belongs to another model: it was made by {ModelName} (SHA-256 {ModelIdentity[..12]}…), "
                    + $"and {model.Name} is " +
                $"{model.Identity[..12]}…. Resume it with the model that made it, or begin a new state.");
        return Session.Resume(model.Transformer, compute, Memory.Clone(), _unread, _last);
    }
}
