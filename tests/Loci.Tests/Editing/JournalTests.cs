using CsCheck;
using Loci.Editing;
using Loci.Models;
using Loci.Tests.Models;

namespace Loci.Tests.Editing;

/// <summary>
/// The journal: the laws of undo over random models and orders of edits, the file, and what it refuses.
/// </summary>
public class JournalTests
{
    // 0 adds an edit; the others do something to one that is there.
    private static readonly Gen<(int Kind, int Which, int Other)[]> s_histories =
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 100], Gen.Int[0, 100]).Array[1, 14];

    [Fact]
    public void Whatever_was_done_the_weights_are_the_sum_of_the_active_edits_in_their_order() =>
        Gen.Select(Gen.Int[1, 10_000], s_histories).Sample((seed, history) =>
        {
            var model = RandomModel.Create(seed);
            var journal = Played(model, history, seed);
            using var edited = EditedModel.Open(model, journal);
            foreach (var tensor in model.Transformer.Tensors)
            {
                float[] numbers = model.Transformer.Read(tensor);
                double[] sum = [.. numbers.Select(x => (double)x)];
                foreach (var change in journal.Entries.Where(e => e.State == EditState.Active)
                    .SelectMany(e => e.Changes).Where(change => change.Tensor == tensor.Name))
                    change.AddTo(sum);
                Assert.Equal([.. sum.Select(x => (float)x)], edited.Transformer.Read(tensor));
            }
        }, iter: 25);

    [Fact]
    public void Undoing_everything_in_any_order_gives_the_base_bit_for_bit() =>
        Gen.Select(Gen.Int[1, 10_000], Gen.Int[1, 6], Gen.Int).Sample((seed, edits, order) =>
        {
            var model = RandomModel.Create(seed);
            var journal = Played(model, [.. Enumerable.Repeat((0, 0, 0), edits)], seed);
            int[] numbers = [.. Enumerable.Range(1, edits)];
            new Random(order).Shuffle(numbers);
            foreach (int number in numbers) journal = journal.Set(number, EditState.Undone);
            using var edited = EditedModel.Open(model, journal);
            Assert.Equal(model.Identity, edited.Identity);
            foreach (var tensor in model.Transformer.Tensors)
                Assert.Equal(model.Transformer.Read(tensor), edited.Transformer.Read(tensor));
        }, iter: 25);

    [Fact]
    public void Undo_and_redo_of_any_edit_gives_the_same_bits_and_another_identity_between() =>
        Gen.Select(Gen.Int[1, 10_000], Gen.Int[1, 5], Gen.Int[1, 5]).Sample((seed, edits, which) =>
        {
            var model = RandomModel.Create(seed);
            var journal = Played(model, [.. Enumerable.Repeat((0, 0, 0), edits)], seed);
            int number = 1 + which % edits;
            var undone = journal.Set(number, EditState.Undone);
            string before = EditedModel.Open(model, journal).Identity;
            Assert.NotEqual(before, EditedModel.Open(model, undone).Identity);
            Assert.Equal(before, EditedModel.Open(model, undone.Set(number, EditState.Active)).Identity);
        }, iter: 25);

    [Fact]
    public void A_file_gives_back_what_was_written() =>
        Gen.Select(Gen.Int[1, 10_000], s_histories).Sample((seed, history) =>
        {
            using var folder = new TemporaryFolder();
            var model = RandomModel.Create(seed);
            var journal = Played(model, history, seed);
            journal.Save(folder["a.journal"]);
            Assert.True(EditJournal.Is(folder["a.journal"]));
            var read = EditJournal.Load(folder["a.journal"]);
            read.Copy().Save(folder["b.journal"]);
            Assert.Equal(File.ReadAllBytes(folder["a.journal"]), File.ReadAllBytes(folder["b.journal"]));
            Assert.Equal(EditedModel.Open(model, journal).Identity, EditedModel.Open(model, read).Identity);
        }, iter: 25);

    [Fact]
    public void A_damaged_file_is_refused_whatever_byte_was_hit()
    {
        using var folder = new TemporaryFolder();
        Played(RandomModel.Create(3), [(0, 0, 0), (0, 0, 0)], 3).Save(folder["a.journal"]);
        byte[] whole = File.ReadAllBytes(folder["a.journal"]);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Int[1, 255], Gen.Bool).Sample((at, change, cut) =>
        {
            byte[] bytes = cut ? whole[..at] : [.. whole];
            if (!cut) bytes[at] ^= (byte)change;
            string path = folder.Write("b.journal", bytes);
            // The last line end alone may go: what it ends is sealed without it.
            if (cut && at == whole.Length - 1) return;
            if (!cut && at == whole.Length - 1 && char.IsWhiteSpace((char)bytes[^1])) return;
            Assert.ThrowsAny<LociException>(() => EditJournal.Load(path));
        }, iter: 200, threads: 1); // one file
    }

    [Fact]
    public void Two_who_write_at_once_do_not_lose_an_edit()
    {
        using var folder = new TemporaryFolder();
        var model = RandomModel.Create(4);
        Played(model, [(0, 0, 0)], 4).Save(folder["a.journal"]);
        var one = EditJournal.Load(folder["a.journal"]);
        var other = EditJournal.Load(folder["a.journal"]);
        one.Set(1, EditState.Undone).Save(folder["a.journal"]);
        byte[] there = File.ReadAllBytes(folder["a.journal"]);
        Assert.Contains("changed by somebody else",
            Assert.Throws<LociException>(() => other.Set(1, EditState.Disabled).Save(folder["a.journal"])).Message);
        Assert.Equal(there, File.ReadAllBytes(folder["a.journal"]));
        string text = folder.Write("c.txt", "not a journal");
        Assert.Contains("no journal",
            Assert.Throws<LociException>(() => EditJournal.Of(model).Save(text)).Message);
    }

    [Fact]
    public void Another_models_journal_is_refused_and_later_edits_are_named()
    {
        var model = RandomModel.Create(5);
        var journal = Played(model, [(0, 0, 0), (0, 0, 0), (0, 0, 0)], 5);
        Assert.Contains("is not the model this journal edits",
            Assert.Throws<LociException>(() => EditedModel.Open(RandomModel.Create(6), journal)).Message);
        Assert.Equal([2, 3], journal.SolvedOnTopOf(1).Select(entry => entry.Number));
        Assert.Contains("There is no edit 9", Assert.Throws<LociException>(() => journal[9]).Message);
        Assert.Contains("already", Assert.Throws<LociException>(() => journal.Set(1, EditState.Active)).Message);
    }

    [Fact]
    public void Edits_of_one_second_are_joined_only_where_they_change_the_same()
    {
        var model = RandomModel.Create(7);
        using var folder = new TemporaryFolder();
        var (mine, theirs) = (Stored("mine", 1), Stored("theirs", 2));
        var (merged, conflicts) = mine.Merge(theirs);
        Assert.Equal(2, merged.Entries.Length);
        Assert.Single(conflicts);
        Assert.Single(mine.Merge(Stored("again", 1).Rename(1, "another name")).Merged.Entries);

        EditJournal Stored(string name, int seed)
        {
            Played(model, [(0, 0, 0)], seed).Save(folder[name]);
            return EditJournal.Load(folder[name]);
        }
    }

    private static EditJournal Played(Model model, (int Kind, int Which, int Other)[] history, int seed)
    {
        var journal = EditJournal.Of(model);
        var random = new Random(seed);
        foreach (var (kind, which, other) in history)
        {
            int count = journal.Entries.Length;
            if (kind == 0 || count == 0)
            {
                journal = journal.Add(Entry(model, random, [.. journal.Active.Select(entry => entry.Number)]));
                continue;
            }
            var entry = journal.Entries[which % count];
            var state = kind switch { 1 => EditState.Undone, 2 => EditState.Disabled, _ => EditState.Active };
            if (kind <= 3 && entry.State != state) journal = journal.Set(entry.Number, state);
            if (kind == 4) journal = journal.Rename(entry.Number, $"edit {other}", "a note");
            int before = journal.Entries[other % count].Number;
            if (kind == 5) journal = journal.Move(entry.Number, before == entry.Number ? null : before);
        }
        return journal;
    }

    private static JournalEntry Entry(Model model, Random random, int[] solvedOn)
    {
        int layer = random.Next(model.Spec.Layers);
        var slot = LayerKeys.Slot(model.Transformer, layer);
        int width = (int)slot.Shape[0], cells = (int)slot.Shape[1];
        var change = random.Next(3) == 0
            ? new TensorChange(
                slot.Name, null, [.. AlgebraTests.Numbers(random, slot.Count).Select(x => (float)x)], [], [])
            : new TensorChange(
                slot.Name,
                new([new(AlgebraTests.Numbers(random, width), AlgebraTests.Numbers(random, cells))]), null,
                [AlgebraTests.Numbers(random, cells)], [AlgebraTests.Numbers(random, width)]);
        return new()
        {
            Number = 0, Requests = [new("the cat sat", "cat", " «on» \"the\" mat")], Method = "rome", Layers = [layer],
            Changes = [change], SolvedOn = solvedOn, Settings = new Dictionary<string, double> { ["weight"] = 0.1 },
            Before = [new(0.25, "a", false)], After = [new(0.75, "on", true)], Seed = 7,
            Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        };
    }
}
