// An associative memory: names bound to names in one matrix of fixed size.
// Run it: dotnet run examples/associative-memory.cs
#:project ../src/Loci.Memory

using Loci.Memory.FastWeights;

var memory = new SymbolMemory(dimension: 256, seed: 1);
memory["France"] = "Paris";
memory["Japan"] = "Tokyo";
memory["Kenya"] = "Nairobi";
Console.WriteLine($"{memory["France"]}, {memory["Japan"]}, {memory["Kenya"]}");

// The delta rule overwrites what a role held and leaves the others alone.
memory["France"] = "Lyon";
memory.Unbind("France", out double certainty);
Console.WriteLine($"{memory["France"]} (certainty {certainty:F1}), {memory["Japan"]}, {memory["Kenya"]}");

memory.Forget("Japan");
Console.WriteLine($"Japan: {memory.Unbind("Japan", out _) ?? "nothing"}");

// Prints:
// Paris, Tokyo, Nairobi
// Lyon (certainty 1.0), Tokyo, Nairobi
// Japan: nothing
