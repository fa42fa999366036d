using System.ComponentModel;
using System.Text;
using System.Text.Json;
using Loci.Atlas;
using Loci.Editing;
using Loci.Models;
using Loci.Server.Endpoints;
using Loci.Server.Sharing;
using Loci.Views;
using Microsoft.Extensions.AI;
using ModelContextProtocol.Server;

namespace Loci.Server;

/// <summary>
/// The workbench as tools for agents, by the Model Context Protocol. Each answers with a contract of <c>--json</c>.
/// They read; pinning cells and writing edits is only for those who are allowed to.
/// </summary>
internal sealed class AgentTools(Workbench workbench)
{
    private const int MostCells = 20, MostTriggers = 10;

    /// <summary>All tools that are allowed.</summary>
    public IEnumerable<McpServerTool> All()
    {
        yield return Tool("describe", "What model and atlas are open, with their layers.", Describe);
        yield return Tool(
            "search_cells", "Cells whose triggers or value tokens contain a text, in any case.", SearchCells);
        yield return Tool(
            "read_cell",
            "The card of one cell, such as L2/17 (or L2/17- for the negative pole): what fires it, what its value "
                + "promotes and suppresses, whether the two agree, its statistics.", ReadCell);
        yield return Tool(
            "trace",
            "One prompt: how the answer forms layer by layer, and which cells make it. Changes of coefficients "
                + "(L3/387=0, L3=x0.5, L3.h2=0) may be given in set.", Trace);
        yield return Tool(
            "intervene",
            "What changes of coefficients do to the next token of a prompt, beside the same done to matched random "
                + "cells. Believe an effect only where the controls do not have it.", Intervene);
        yield return Tool(
            "test_cell",
            "Takes a cell out at its strongest triggers, and matched cells beside it: effects with intervals.",
            TestCell);
        yield return Tool(
            "forecast_edit",
            "Solves an edit that writes a fact into the model and says what it will do: whether the model then says "
                + "the answer, to paraphrases as well, and whether neighbours stay. Nothing is written.", ForecastEdit);
        yield return Tool("list_edits", "The journal of edits of the model.", ListEdits);
        if (!workbench.Options.AgentsMayWrite) yield break;
        yield return Tool(
            "pin_cell", "Keeps a cell on the list «Agents» with a label and a note.", PinCell, reads: false);
        yield return Tool(
            "apply_edit", "Writes a forecast edit into the journal, by the number of its plan.", ApplyEdit,
            reads: false);
        yield return Tool(
            "undo_edit", "Takes an edit of the journal back, in any order, or brings it back.", UndoEdit, reads: false);
    }

    private static McpServerTool Tool(string name, string about, Delegate work, bool reads = true) =>
        McpServerTool.Create(
            work,
            new()
            {
                Name = name, Description = about, ReadOnly = reads, Destructive = false, OpenWorld = false,
                SerializerOptions = s_options,
            });

    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        TypeInfoResolver = System.Text.Json.Serialization.Metadata.JsonTypeInfoResolver.Combine(
            RequestJson.Default, AIJsonUtilities.DefaultOptions.TypeInfoResolver),
    };

    private string Describe() => Text(workbench.View);

    private string SearchCells(
        [Description("What to look for.")] string text,
        [Description("Most cells of each kind, 1 to 20.")] int limit = 10) =>
        Read(atlas => Text(SearchView.Of(atlas, atlas.Search(text, Math.Clamp(limit, 1, MostCells)))));

    private string ReadCell([Description("The cell, such as L2/17.")] string cell) => Read(atlas =>
    {
        var card = CellView.Of(atlas, Id(cell));
        return Text(card with { Triggers = [.. card.Triggers.Take(MostTriggers)] });
    });

    private Task<string> Trace(
        [Description("The text; the model goes on after it.")] string prompt,
        [Description("Explain this next token instead of the model's own.")] string? why = null,
        [Description("What speaks against this token and for the answer.")] string? not = null,
        [Description("Changes of coefficients, such as L3/387=0.")] string? set = null,
        CancellationToken cancel = default) => workbench.Run(
        (model, compute) => Text(PromptEndpoints.Trace(
            workbench, model, new() { Prompt = prompt, Why = why, Not = not, Set = set, Top = 8 }, compute)), cancel);

    private Task<string> Intervene(
        [Description("The text.")] string prompt, [Description("The changes, such as L3/387=0 or L3.h2=0.")] string set,
        CancellationToken cancel = default) => workbench.Run(
        (model, compute) => Text(SwitchEndpoints.Switch(model, new() { Prompt = prompt, Set = set }, compute)), cancel);

    private Task<string> TestCell(
        [Description("The cell, such as L2/17.")] string cell, CancellationToken cancel = default) => workbench.Run(
        (model, compute) => Read(atlas => Text(CellStudyEndpoints.Causality(Id(cell), model, atlas, compute))), cancel);

    private Task<string> ForecastEdit(
        [Description("The text up to the answer, with the subject in it.")] string prompt,
        [Description("What the fact is about, as it stands in the prompt.")] string subject,
        [Description("The new answer.")] string answer,
        [Description("rome, delta, memit, emmet, alphaedit, ft-l or ft-m.")] string method = "rome",
        CancellationToken cancel = default) => workbench.Run(
        (model, compute) => Text(EditEndpoints.Forecast(
            workbench, model, new() { Prompt = prompt, Subject = subject, Target = answer, Method = method },
            (_, _, _) => { }, compute)), cancel);

    private string ListEdits() => WithModel(workbench.Edits.Journal);

    private string ApplyEdit(
        [Description("The number of the plan.")] int plan, [Description("A note for the journal.")] string note = "") =>
        WithModel(model => workbench.Edits.Apply(model, plan, note));

    private string UndoEdit(
        [Description("The number of the edit.")] int edit,
        [Description("Bring it back instead.")] bool redo = false) =>
        WithModel(model => workbench.Edits.Set(model, edit, redo ? EditState.Active : EditState.Undone));

    private string WithModel(Func<Model, EditJournal> work)
    {
        using var model = workbench.TakeModel();
        return Text(EditEndpoints.View(workbench, work(model.Value)));
    }

    private string PinCell(
        [Description("The cell, such as L2/17.")] string cell, [Description("A name for it.")] string label,
        [Description("What is known of it, and how.")] string note)
    {
        const string List = "Agents";
        var notes = workbench.Notes.Read();
        var entry = new CellNoteView(Id(cell).ToString(), label, note, "agent");
        var others = notes.Lists.Where(list => list.Name != List);
        var own = notes.Lists.FirstOrDefault(list => list.Name == List)?.Cells ?? [];
        return Text(workbench.Notes.Write(
            notes with { Lists = [.. others, new(List, [.. own.Where(each => each.Cell != entry.Cell), entry])] }));
    }

    private string Read(Func<AtlasFile, string> read)
    {
        using var atlas = workbench.Atlas.Take();
        return read(atlas.Value);
    }

    private static CellId Id(string cell) => CellId.TryParse(cell, out var id)
        ? id
        : throw new NameException($"«{cell}» is not a cell; cells are written L2/17, or L2/17- for the negative pole.");

    private static string Text<T>(T view) => Encoding.UTF8.GetString(ViewJson.WriteLine(view));
}
