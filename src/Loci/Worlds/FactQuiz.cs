using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Tokenizers;

namespace Loci.Worlds;

/// <summary>
/// Asks a model what it knows of a world: every question is continued greedily and compared with its answer, after
/// spaces are normalised, since tokenizers of words put spaces around punctuation and others do not.
/// </summary>
public static class FactQuiz
{
    private const int BatchTokens = 2048;

    /// <summary>The model's answers, in the order of the questions.</summary>
    /// <param name="model">A model with a tokenizer.</param>
    /// <param name="questions">What to ask.</param>
    /// <param name="compute">Threads to use, and what ends the quiz early.</param>
    /// <param name="progress">Told how many questions are answered.</param>
    /// <exception cref="LociException">The model has no tokenizer, or a question does not fit its context.</exception>
    public static IReadOnlyList<FactReply> Ask(
        Model model, IEnumerable<FactQuestion> questions, Compute compute = default, IProgress<int>? progress = null)
    {
        var replies = new List<FactReply>();
        var workspace = new Workspace(model.Spec);
        var asked = new List<Attempt>();
        int tokens = 0;
        foreach (var question in questions)
        {
            var attempt = new Attempt(model, question);
            if (attempt.Ids.Count + attempt.Most > model.Spec.Context)
                throw new LociException(
                    $"«{question.Prompt}» and its answer are longer than the model's context of {model.Spec.Context}.");
            asked.Add(attempt);
            if ((tokens += attempt.Ids.Count) < BatchTokens) continue;
            Finish();
        }
        Finish();
        return replies;

        void Finish()
        {
            for (var open = asked; open.Count > 0; open = [.. open.Where(attempt => attempt.Open)])
                Step(model, open, workspace, compute);
            replies.AddRange(asked.Select(attempt => attempt.Reply(model.Tokenizer!)));
            asked.Clear();
            tokens = 0;
            progress?.Report(replies.Count);
        }
    }

    // One more token for each of them.
    private static void Step(Model model, List<Attempt> open, Workspace workspace, Compute compute)
    {
        var (spec, batch) = (model.Spec, new Batch());
        foreach (var attempt in open) batch.Add([.. attempt.Ids]);
        model.Transformer.Forward(batch, workspace, compute: compute);
        var stream = workspace.Stream(batch.Rows);                      // [rows, width]
        float[] last = new float[open.Count * spec.Width];              // [questions, width]
        float[] logits = new float[open.Count * spec.Vocabulary];       // [questions, vocabulary]
        for (int q = 0; q < open.Count; q++)
        {
            var (first, count, _) = batch.Sequences[q];
            stream.Slice((first + count - 1) * spec.Width, spec.Width).CopyTo(last.AsSpan(q * spec.Width));
        }
        model.Transformer.Logits(last, logits, compute);
        FiniteValues.RequireLogits(logits, spec.Vocabulary);
        for (int q = 0; q < open.Count; q++)
            open[q].Take(Reductions.ArgMax(logits.AsSpan(q * spec.Vocabulary, spec.Vocabulary)), model.Tokenizer!);
    }

    private sealed class Attempt
    {
        private readonly FactQuestion _question;
        private readonly string _answer;
        private readonly int _promptLength;

        public Attempt(Model model, FactQuestion question)
        {
            _question = question;
            _answer = Normal(question.Answer);
            Ids = model.Encode(question.Prompt);
            _promptLength = Ids.Count;
            // One token beyond the answer shows that its last word has ended: «Port» is not «Portland».
            Most = model.Tokenizer!.Encode(" " + question.Answer).Count + 1;
        }

        public List<int> Ids { get; }

        public int Most { get; }

        public bool Open { get; private set; } = true;

        public void Take(int id, Tokenizer tokenizer)
        {
            Ids.Add(id);
            string said = Said(tokenizer);
            int common = Math.Min(said.Length, _answer.Length);
            Open = Ids.Count - _promptLength < Most && said.AsSpan(0, common).SequenceEqual(_answer.AsSpan(0, common));
        }

        public FactReply Reply(Tokenizer tokenizer)
        {
            string said = Said(tokenizer);
            bool right = said.StartsWith(_answer, StringComparison.Ordinal)
                && (said.Length == _answer.Length || !char.IsLetterOrDigit(said[_answer.Length]));
            return new(_question, said, right);
        }

        // The whole is decoded and the prompt cut off: some tokenizers drop the space before a text's first word.
        private string Said(Tokenizer tokenizer)
        {
            var ids = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(Ids);
            string prompt = tokenizer.Decode(ids[.._promptLength]), whole = tokenizer.Decode(ids);
            return Normal(
                whole.StartsWith(prompt, StringComparison.Ordinal)
                    ? whole[prompt.Length..]
                    : tokenizer.Decode(ids[_promptLength..]));
        }

        private static string Normal(string text) =>
            string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
