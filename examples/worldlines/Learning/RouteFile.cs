using System.Text.Json;
using Loci;
using Worldlines.Digits;

namespace Worldlines.Learning;

/// <summary>Routes as JSON.</summary>
public static class RouteFile
{
    private const string Format = "worldline routes 1";

    /// <summary>Writes routes; the file appears whole.</summary>
    public static void Save(RouteMap map, string path)
    {
        string partial = path + ".partial";
        File.WriteAllText(partial, JsonSerializer.Serialize(new Content(Format, map.Probabilities)));
        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Reads routes.</summary>
    /// <exception cref="LociException">The file cannot be read, or is not one of routes.</exception>
    public static RouteMap Read(string path)
    {
        Content? content;
        try
        {
            content = JsonSerializer.Deserialize<Content>(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"{path} cannot be read: {e.Message}", e);
        }
        catch (JsonException e)
        {
            throw new LociException($"{path} is not JSON: {e.Message}", e);
        }
        if (content is not { Probabilities.Length: Digit.Pixels * RouteMap.Ways } || content.Format != Format)
            throw new LociException(
                $"{path} does not hold routes («{Format}», {Digit.Pixels * RouteMap.Ways} probabilities): write one "
                + "with worldlines train.");
        for (int i = 0; i < Digit.Pixels; i++)
        {
            var ways = content.Probabilities.AsSpan(i * RouteMap.Ways, RouteMap.Ways);
            double sum = 0;
            foreach (float p in ways) sum += p >= 0 ? p : double.NaN;
            if (!(Math.Abs(sum - 1) < 1e-3))
                throw new LociException($"{path}: the ways of pixel {i} are no probabilities; their sum is {sum}.");
        }
        return new(content.Probabilities);
    }

    private sealed record Content(string Format, float[] Probabilities);
}
