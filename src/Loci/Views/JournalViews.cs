using System.Text.Json.Serialization;
using Loci.Editing;

namespace Loci.Views;

/// <summary>The edits of a workbench's model.</summary>
/// <param name="Journal">The journal's file; left out where edits are kept in memory alone.</param>
/// <param name="Methods">How a fact can be written.</param>
/// <param name="Edits">The edits, in the order they are summed.</param>
public sealed record WorkbenchEditsView(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Journal,
    IReadOnlyList<EditMethodView> Methods, IReadOnlyList<JournalEntryView> Edits);

/// <summary>A way to write a fact.</summary>
/// <param name="Name">Its name.</param>
/// <param name="About">When to use it.</param>
/// <param name="NeedsStatistics">It is solved with statistics of keys, which are gathered once.</param>
public sealed record EditMethodView(string Name, string About, bool NeedsStatistics)
{
    internal static EditMethodView Of(EditMethod method) => new(method.Name, method.About, method.NeedsStatistics);
}

/// <summary>An edit that is solved and not written.</summary>
/// <param name="Plan">Its number, to write it by.</param>
/// <param name="Took">The model says the target by itself.</param>
/// <param name="Edit">What would stand in the journal.</param>
/// <param name="Layers">What it will do to each layer it writes; empty for trained edits.</param>
/// <param name="Comparison">What the model says with it, beside the base.</param>
public sealed record EditForecastView(
    int Plan, bool Took, JournalEntryView Edit, IReadOnlyList<LayerForecastView> Layers,
    EditComparisonView Comparison)
{
    internal static EditForecastView Of(int number, EditPlan plan, EditComparisonView comparison) => new(
        number, plan.Took, JournalEntryView.Of(plan.Entry),
        [.. plan.Forecast?.Layers.Select(LayerForecastView.Of) ?? []], comparison);
}

/// <summary>What the base says, and what the edited model says.</summary>
/// <param name="Target">The new answer.</param>
/// <param name="Prompts">What both were asked.</param>
public sealed record EditComparisonView(string Target, IReadOnlyList<ComparedPromptView> Prompts);

/// <summary>A prompt that was put to the base and to the edited model.</summary>
/// <param name="Kind"><c>edit</c>, <c>paraphrase</c> or <c>neighbour</c>.</param>
/// <param name="Prompt">The prompt.</param>
/// <param name="Before">What the base says by itself.</param>
/// <param name="After">What the edited model says.</param>
/// <param name="Same">Both say the same.</param>
/// <param name="TargetBefore">Probability of the new answer, of the base.</param>
/// <param name="TargetAfter">The same of the edited model.</param>
/// <param name="AsWanted">The edit and its paraphrases say the target; neighbours say what they said.</param>
public sealed record ComparedPromptView(
    string Kind, string Prompt, string Before, string After, bool Same, double TargetBefore, double TargetAfter,
    bool AsWanted);
