using System.Buffers.Binary;
using System.Globalization;
using Loci;
using Loci.Memory.Numerics;

namespace Worldlines.Digits;

/// <summary>
/// Real digits from the user's disk: a table with 64 numbers of 0 to 16 and the digit on each line (UCI's optdigits,
/// scikit-learn's digits), or MNIST's images beside their labels (IDX, 28 × 28, unpacked), which are shrunk to 8 × 8.
/// </summary>
public static class DigitFiles
{
    private const int ImagesMagic = 0x803, LabelsMagic = 0x801, IdxHeader = 16, LabelsHeader = 8;
    private const int Margin = 4, Block = 5, Mnist = 28;     // MNIST's digits stand in the middle 20 × 20 pixels

    /// <summary>Reads the digits 0 to 3 of a file.</summary>
    /// <exception cref="LociException">The file cannot be read, or holds something else; says where.</exception>
    public static Digit[] Read(string path)
    {
        byte[] bytes = Bytes(path);
        var digits = bytes.Length >= 4 && BinaryPrimitives.ReadInt32BigEndian(bytes) == ImagesMagic
            ? ReadIdx(path, bytes) : ReadTable(path, bytes);
        for (int c = 0; c < Digit.Classes; c++)
            if (digits.Count(digit => digit.Class == c) < 2)
                throw new LociException($"{path} holds fewer than two pictures of the digit {c}.");
        return digits;
    }

    /// <summary>Some of each class to learn from, drawn by the seed; all others are asked for.</summary>
    /// <exception cref="LociException">There are too few.</exception>
    public static DigitSplit Split(Digit[] digits, int perClass, int seed)
    {
        var random = RandomStream.Of(seed, "worldline split");
        Digit[] mixed = [.. digits];
        random.Shuffle(mixed);
        var training = new List<Digit>();
        var test = new List<Digit>();
        foreach (var group in mixed.GroupBy(digit => digit.Class).OrderBy(group => group.Key))
        {
            if (group.Count() <= perClass)
                throw new LociException(
                    $"There are {group.Count()} pictures of the digit {group.Key}: {perClass} to learn from leave none "
                    + "to ask for.");
            training.AddRange(group.Take(perClass));
            test.AddRange(group.Skip(perClass));
        }
        return new([.. training], [.. test]);
    }

    private static Digit[] ReadTable(string path, byte[] bytes)
    {
        var digits = new List<Digit>();
        string[] lines = System.Text.Encoding.UTF8.GetString(bytes).Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i])) continue;
            string[] fields = lines[i].Trim().Split(',');
            float[] numbers = new float[fields.Length];
            bool read = fields.Length == Digit.Pixels + 1;
            for (int f = 0; f < fields.Length && read; f++)
                read = float.TryParse(fields[f], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[f])
                    && numbers[f] is >= 0 and <= 16;
            if (!read)
                throw new LociException(
                    $"{path}, line {i + 1}: not {Digit.Pixels} numbers of 0 to 16 and a digit, with commas between.");
            int label = (int)numbers[^1];
            if (label >= Digit.Classes) continue;
            digits.Add(new([.. numbers[..Digit.Pixels].Select(n => n / 16)], label));
        }
        return [.. digits];
    }

    private static Digit[] ReadIdx(string path, byte[] images)
    {
        string labelsPath = path.Replace("images", "labels", StringComparison.Ordinal)
            .Replace("idx3", "idx1", StringComparison.Ordinal);
        byte[] labels = Bytes(labelsPath);
        long count = images.Length < IdxHeader ? -1 : BinaryPrimitives.ReadInt32BigEndian(images.AsSpan(4));
        if (count < 0 || BinaryPrimitives.ReadInt32BigEndian(images.AsSpan(8)) != Mnist
            || BinaryPrimitives.ReadInt32BigEndian(images.AsSpan(12)) != Mnist
            || images.Length != IdxHeader + count * Mnist * Mnist)
            throw new LociException($"{path} is not a whole file of {Mnist} × {Mnist} pictures in IDX form.");
        if (labels.Length != LabelsHeader + count || BinaryPrimitives.ReadInt32BigEndian(labels) != LabelsMagic)
            throw new LociException($"{labelsPath} does not hold the labels of the {count} pictures of {path}.");
        return
        [
            .. Enumerable.Range(0, (int)count).Where(i => labels[LabelsHeader + i] < Digit.Classes).Select(
                i => new Digit(
                    Shrink(images.AsSpan(IdxHeader + i * Mnist * Mnist, Mnist * Mnist)), labels[LabelsHeader + i])),
        ];
    }

    // The middle 20 × 20 pixels to 8 × 8, each the mean of what it covers: 2.5 × 2.5 pixels, counted in halves.
    private static float[] Shrink(ReadOnlySpan<byte> picture)
    {
        float[] ink = new float[Digit.Pixels];
        for (int i = 0; i < ink.Length; i++)
        {
            int sum = 0;
            for (int half = 0; half < Block * Block; half++)
            {
                int y = Margin + (i / Digit.Side * Block + half / Block) / 2;
                int x = Margin + (i % Digit.Side * Block + half % Block) / 2;
                sum += picture[y * Mnist + x];
            }
            ink[i] = sum / (255f * Block * Block);
        }
        return ink;
    }

    private static byte[] Bytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"{path} cannot be read: {e.Message}", e);
        }
    }
}
