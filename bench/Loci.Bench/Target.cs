namespace Loci.Bench;

/// <summary>A ratio measured in one run, and the least it should be.</summary>
/// <param name="Name">What is compared with what.</param>
/// <param name="Measured">The ratio.</param>
/// <param name="Goal">Its target.</param>
internal readonly record struct Target(string Name, double Measured, double Goal)
{
    public bool Met => Measured >= Goal;

    public static void Print(IEnumerable<Target> targets)
    {
        Console.WriteLine("\nmeasured  target");
        foreach (var target in targets)
            Console.WriteLine(
                $"{target.Measured,8:0.00} {target.Goal,7:0.00}  {(target.Met ? "      " : "MISSED")}  {target.Name}");
    }
}
