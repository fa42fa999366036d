using System.Diagnostics;
using System.Globalization;

namespace Loci.Training.Labs;

/// <summary>
/// Trainings shared among processes, each on one core: the tensors are small, and a process has one random generator.
/// The first process starts the others with its own command line and the number of their part.
/// </summary>
internal static class LabProcesses
{
    /// <summary>The option that tells a process its part.</summary>
    public const string Part = "--part";

    /// <param name="work">All trainings; this process does those that number part, part + jobs, ….</param>
    /// <param name="part">0 for the process that was typed.</param>
    /// <param name="jobs">Processes.</param>
    /// <param name="finished">True for a training whose result is there already. It keeps its number: the table may
    /// grow while processes start.</param>
    /// <param name="train">Trains one, and says what came out.</param>
    /// <returns>False when another process failed.</returns>
    public static bool Run<T>(IReadOnlyList<T> work, int part, int jobs, Func<T, bool> finished, Func<T, string> train)
    {
        List<Process> others = [];
        try
        {
            if (part == 0)
                for (int other = 1; other < Math.Min(jobs, work.Count); other++)
                    others.Add(Process.Start(Again(Part, $"{other}"))!);
            var clock = Stopwatch.StartNew();
            T[] mine = [.. work.Where((one, i) => i % jobs == part && !finished(one))];
            for (int i = 0; i < mine.Length; i++)
            {
                string result = train(mine[i]);
                var left = clock.Elapsed / (i + 1) * (mine.Length - i - 1);
                Console.Error.WriteLine(left > TimeSpan.Zero
                    ? string.Create(CultureInfo.InvariantCulture, $"{result}; about {left:d\\.hh\\:mm\\:ss} left")
                    : result);
            }
            foreach (var other in others) other.WaitForExit();
            return others.All(other => other.ExitCode == 0);
        }
        catch
        {
            // nobody would wait for them; what they finished is in the table
            foreach (var other in others) other.Kill();
            throw;
        }
        finally
        {
            foreach (var other in others) other.Dispose();
        }
    }

    /// <summary>This program with what was typed and some more, for another process of the same table.</summary>
    public static ProcessStartInfo Again(params string[] more)
    {
        // Under `dotnet Loci.Training.dll` the program's own path is an argument.
        string[] program = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [typeof(LabProcesses).Assembly.Location]
            : [];
        return new(Environment.ProcessPath!, [.. program, .. Environment.GetCommandLineArgs()[1..], .. more]);
    }
}
