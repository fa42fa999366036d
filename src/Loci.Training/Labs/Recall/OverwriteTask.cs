using Loci.Memory.Numerics;
using static TorchSharp.torch;

namespace Loci.Training.Labs.Recall;

/// <summary>
/// Overwrite recall: 16 keys, each written three times in random order with fresh values, then every key asked for
/// once. The answer is the latest value. Text: key value key value … ; L = 128, vocabulary 64 (31 keys, 32 values, one
/// unused).
/// </summary>
/// <param name="seed">Of the draws.</param>
internal sealed class OverwriteTask(int seed) : IRecallTask
{
    public const int Vocabulary = 64, Length = 2 * (Asked * Times + Asked), Asked = 16;

    private const int Keys = 31, Values = 32, Times = 3;

    // The texts of the published tables: they stay.
    private readonly Random _random = RandomStream.Kept(seed, "overwrite texts");

    public RecallBatch Draw(int batch)
    {
        long[] tokens = new long[batch * Length], rows = new long[batch * Asked], answers = new long[batch * Asked];
        int[] all = [.. Enumerable.Range(0, Keys)];
        for (int b = 0; b < batch; b++)
        {
            _random.Shuffle(all);
            int[] writes = [.. Enumerable.Range(0, Asked * Times).Select(i => all[i % Asked])], asked = all[..Asked];
            _random.Shuffle(writes);
            _random.Shuffle(asked);
            long[] latest = new long[Keys];
            Span<long> text = tokens.AsSpan(b * Length, Length);
            int at = 0;
            foreach (int key in writes)
            {
                long old = latest[key];
                do latest[key] = Keys + _random.Next(Values); while (latest[key] == old);
                text[at++] = key;
                text[at++] = latest[key];
            }
            for (int i = 0; i < Asked; i++)
            {
                rows[b * Asked + i] = b * Length + at;
                text[at++] = asked[i];
                text[at++] = answers[b * Asked + i] = latest[asked[i]];
            }
        }
        return new(tensor(tokens, batch, Length), tensor(rows), tensor(answers, batch * Asked, 1));
    }
}
