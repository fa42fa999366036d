using System.Globalization;
using Loci;
using Loci.Fuzz;
using Loci.Tests.Models;
using SharpFuzz;

// What CI runs: every target for a while, all of them even after a finding.
if (args is ["all", "random", .. [_] or [_, _]])
{
    int findings = Target.All.Count(
        each => RunRandom(each, Number(args[2]), args.Length > 3 ? Number(args[3]) : 1) != 0);
    return findings == 0 ? 0 : 1;
}
if (args is not [var name, .. var rest] || Target.All.FirstOrDefault(known => known.Name == name) is not { } target)
{
    string names = string.Join(", ", Target.All.Select(known => known.Name));
    Console.Error.WriteLine("usage: Loci.Fuzz TARGET [replay FILE... | random COUNT [SEED] | seed FILE]");
    Console.Error.WriteLine("       Loci.Fuzz all random COUNT [SEED]");
    Console.Error.WriteLine($"targets: {names}");
    return 2;
}
switch (rest)
{
    case [] when Environment.GetEnvironmentVariable("__LIBFUZZER_SHM_ID") is not null:
        Fuzzer.LibFuzzer.Run(input => target.Try(input.ToArray()));
        return 0;
    case [] when Environment.GetEnvironmentVariable("__AFL_SHM_ID") is not null:
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using var input = new MemoryStream();
            stream.CopyTo(input);
            target.Try(input.ToArray());
        });
        return 0;
    case []:
        Console.Error.WriteLine("without a mode, start this program from afl-fuzz or libfuzzer-dotnet; see README.md");
        return 2;
    case ["replay", .. var files]:
        foreach (string file in files) target.Try(File.ReadAllBytes(file));
        return 0;
    case ["random", var count]:
        return RunRandom(target, Number(count), 1);
    case ["random", var count, var seed]:
        return RunRandom(target, Number(count), Number(seed));
    case ["seed", var file]:
        File.WriteAllBytes(file, target.Seed);
        return 0;
    default:
        Console.Error.WriteLine($"{rest[0]} is no mode, or lacks its arguments");
        return 2;
}

static int Number(string argument) => int.Parse(argument, CultureInfo.InvariantCulture);

// Mutates the seed; keeps the input of a finding in a file, so that it can be replayed.
static int RunRandom(Target target, int count, int seed)
{
    var random = new Random(seed);
    int accepted = 0;
    target.Read(target.Seed);
    for (int i = 0; i < count; i++)
    {
        byte[] input = Mutation.Of(target.Seed, random);
        try
        {
            target.Read(input);
            accepted++;
        }
        catch (LociException)
        {
        }
        catch (Exception e)
        {
            string file = $"finding-{target.Name}.bin";
            File.WriteAllBytes(file, input);
            Console.Error.WriteLine($"{target.Name}: input {i} of seed {seed}, kept in {file}: {e}");
            return 1;
        }
    }
    Console.WriteLine($"{target.Name}: {count} inputs, {accepted} accepted, {count - accepted} refused");
    return 0;
}
