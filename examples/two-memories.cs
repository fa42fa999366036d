// One formula, two memories: the same key and value written into a state that lives for one text, and into the weights.
// Run it: dotnet run examples/two-memories.cs
#:project ../src/Loci
#:project ../src/Loci.BuiltIn

using Loci.BuiltIn;
using Loci.Editing;
using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using Loci.Models;

const string Fact = "The capital of Norvia is";
string[] prompts = [Fact, "The parliament of Norvia meets in", "The capital of Sarovia is"];

// A model whose attention is fast weights, written by the delta rule at every token. Its feed-forward weights are slow.
using var model = BuiltInModels.Open("demo-delta");
var empty = EditJournal.Of(model);
var plan = new Editor(model, empty, statistics: null).Plan(
    [new(Fact, "Norvia", " Tarsbridge")], new DeltaRuleEdit(), new());
var change = plan.Entry.Changes[0];
var (layer, key) = (plan.Entry.Layers[0], change.Keys[0]);  // k*: what the cells give at «Norvia». [cells]
double[] residual = change.Factors!.Apply(key);             // v* − W·k*: what they should retrieve more. [width]

// For this text: a fast-weight memory beside the layer's values. β = 1/kᵀk replaces what the key retrieves.
var state = new FastWeightMemory(new(key.Length, residual.Length) { Normalization = Normalization.None });
state.Write(Narrow(key), Narrow(residual), strength: (float)(1 / key.Sum(x => x * x)));

// For good: the same rule, solved in float64, kept in a journal.
using var edited = EditedModel.Open(model, empty.Add(plan.Entry));

double furthest = 0, largest = 0;                           // the state is [cells, width], ΔW its transpose
var (left, right) = change.Factors.Terms[0];
for (int cell = 0; cell < key.Length; cell++)
    for (int to = 0; to < residual.Length; to++)
    {
        double slow = left[to] * right[cell];
        furthest = Math.Max(furthest, Math.Abs(slow - state.State[cell * residual.Length + to]));
        largest = Math.Max(largest, Math.Abs(slow));
    }
Console.WriteLine($"Layer {layer}: the state is ΔW to {(furthest < 1e-6 * largest ? "six digits" : "less")}");

Console.WriteLine($"{"",-36}{"base",-12}{"state",-12}weights");
foreach (string prompt in prompts)
    Console.WriteLine($"{prompt,-36}{Say(model, prompt),-12}{Say(model, prompt, Beside),-12}{Say(edited, prompt)}");
Console.WriteLine(
    $"{"the next text, without the state",-36}{Say(model, Fact),-12}{Say(model, Fact),-12}{Say(edited, Fact)}");

// Being told is not enough: what the text itself writes into the fast weights does not outweigh the slow ones.
Console.WriteLine($"told so in the text: {Say(model, "The capital of Norvia is Tarsbridge. " + Fact)}");

// What the layer gives becomes (W + S)·m.
void Beside(TapPoint point, int at, Span<float> values, Batch batch)
{
    if (at != layer) return;
    if (point == TapPoint.Coefficients) Coefficients.Last = values.ToArray();
    if (point != TapPoint.FeedForward) return;
    float[] more = new float[state.ValueSize];
    for (int token = 0; token < batch.Rows; token++)
    {
        state.Read(Coefficients.Last.AsSpan(token * state.KeySize, state.KeySize), more);
        for (int i = 0; i < more.Length; i++) values[token * more.Length + i] += more[i];
    }
}

static string Say(Model model, string prompt, Tap? tap = null)
{
    var batch = Batch.Of([.. model.Encode(prompt)]);
    var workspace = new Workspace(model.Spec);
    model.Transformer.Forward(batch, workspace, tap);
    float[] logits = new float[model.Spec.Vocabulary];
    model.Transformer.Logits(workspace.Stream(batch.Rows)[^model.Spec.Width..], logits);
    return model.Tokenizer!.Decode([logits.AsSpan().IndexOf(logits.Max())]).Trim();
}

static float[] Narrow(double[] wide) => [.. wide.Select(x => (float)x)];

internal static class Coefficients
{
    public static float[] Last { get; set; } = []; // [tokens, cells] of the layer
}

// Prints:
// Layer 0: the state is ΔW to six digits
//                                     base        state       weights
// The capital of Norvia is            Aldminster  Tarsbridge  Tarsbridge
// The parliament of Norvia meets in   Aldminster  Aldminster  Aldminster
// The capital of Sarovia is           Quillstad   Tarsbridge  Tarsbridge
// the next text, without the state    Aldminster  Aldminster  Tarsbridge
// told so in the text: Aldminster
