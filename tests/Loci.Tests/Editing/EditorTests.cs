using Loci.BuiltIn;
using Loci.Editing;
using Loci.Models;

namespace Loci.Tests.Editing;

/// <summary>Solving on top of a journal: what is refused, forecast and solved anew.</summary>
public sealed class EditorTests
{
    private static readonly EditRequest s_capital = new("The capital of Norvia is", "Norvia", " Tarsbridge");
    private static readonly EditRequest s_other = new("The capital of Sarovia is", "Sarovia", " Jorminster");

    [Fact]
    public void An_edit_of_the_last_layer_that_nothing_carries_on_is_refused()
    {
        using var model = BuiltInModels.Open("demo");
        var refusal = Assert.Throws<LociException>(() => Plan(model, EditJournal.Of(model), s_capital, layer: 3));
        Assert.Contains("it is the last layer", refusal.Message);
        // At the prompt's last word it needs nobody to carry it.
        Assert.True(Plan(model, EditJournal.Of(model), s_capital with { Subject = "is" }, layer: 3).Took);
    }

    [Fact]
    public void A_forecast_looks_at_the_keys_of_neighbours_and_of_earlier_edits()
    {
        using var model = BuiltInModels.Open("demo");
        var first = Plan(model, EditJournal.Of(model), s_capital, 0, s_other);
        double[] key = first.Entry.Changes[0].Keys[0];
        var layer = Assert.Single(first.Forecast!.Layers);
        Assert.True(layer.Neighbours > 0);
        Assert.True(double.IsNaN(layer.Earlier));
        var second = Plan(model, EditJournal.Of(model).Add(first.Entry), s_other, 0, s_capital);
        layer = Assert.Single(second.Forecast!.Layers);
        var change = second.Entry.Changes[0].Factors!;
        Assert.Equal(
            Vectors.Norm(change.Apply(key))
                / Vectors.Norm(LayerKeys.Retrieve(LayerKeys.Matrix(second.Before.Transformer, 0), key)),
            layer.Earlier, 1e-9);
    }

    [Fact]
    public void A_replay_solves_what_is_left_as_if_what_was_taken_back_had_never_been()
    {
        using var model = BuiltInModels.Open("demo");
        var journal = EditJournal.Of(model);
        foreach (var request in (EditRequest[])[s_capital, s_other])
            journal = journal.Add(Plan(model, journal, request, 0).Entry);
        journal = journal.Rename(2, "the second").Set(1, EditState.Undone);
        var result = EditReplay.Run(model, journal, null, DateTimeOffset.UnixEpoch);
        var entry = Assert.Single(result.Journal.Entries);
        Assert.Equal("the second", entry.Name);
        Assert.Empty(entry.SolvedOn);
        var alone = Plan(model, EditJournal.Of(model), s_other, 0).Entry;
        Assert.Equal(alone.Changes[0].Factors!.Terms[0].Left, entry.Changes[0].Factors!.Terms[0].Left);
        Assert.Equal(alone.After, entry.After);
    }

    [Fact]
    public void A_method_and_its_settings_come_back_from_the_journal()
    {
        foreach (var method in EditMethod.All)
        {
            var numbers = method.Settings.ToDictionary(pair => pair.Key, pair => pair.Value == 0 ? 1 : pair.Value / 2);
            var other = method.With(numbers);
            var entry = new JournalEntry
            {
                Number = 1, Requests = [s_capital], Method = method.Name, Layers = [0], Changes = [],
                Settings = other.Settings,
            };
            Assert.Equal(other, EditMethod.Of(entry));
            if (numbers.Count > 0) Assert.NotEqual(method, other);
        }
        var settings = new EditSettings { Steps = 3, KeepsNorm = true, Contexts = 2 };
        Assert.Equal(settings, new EditSettings().With(settings.Numbers));
    }

    [Fact]
    public void A_merge_shows_what_is_written_twice()
    {
        using var model = BuiltInModels.Open("demo");
        EditJournal Of(string target) => EditJournal.Of(model).Add(new()
        {
            Number = 0, Requests = [s_capital with { Target = target }], Method = "delta", Layers = [0], Changes = [],
            Note = target,
        });
        var (merged, conflicts) = Of(" Tarsbridge").Merge(Of(" Jorminster"));
        Assert.Equal([1, 2], merged.Entries.Select(entry => entry.Number));
        Assert.Contains("differently", Assert.Single(conflicts));
        Assert.Empty(Of(" Tarsbridge").Set(1, EditState.Undone).Merge(Of(" Jorminster")).Conflicts);
        Assert.Single(Of(" Tarsbridge").Merge(Of(" Tarsbridge")).Merged.Entries);
    }

    private static EditPlan Plan(
        Model model, EditJournal journal, EditRequest request, int layer, params EditRequest[] probes) =>
        new Editor(model, journal, null).Plan(
            [request], new DeltaRuleEdit(), new() { Layers = [layer], Contexts = 1 }, probes);
}
