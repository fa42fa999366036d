// Intervene: take single memories out of a forward pass and see what the answer loses.
// Run it: dotnet run examples/intervene.cs
#:project ../src/Loci
#:project ../src/Loci.BuiltIn

using Loci;
using Loci.BuiltIn;
using Loci.Models;
using Loci.Tracing;

var model = BuiltInModels.Open("demo");
var prompt = Batch.Of([.. model.Encode("The city where the parliament of Norvia sits is")]);
int answer = model.Tokenizer!.Encode(" Aldminster")[0], last = model.Spec.Layers - 1;
int cells = model.Transformer.Blocks[last].Cells.Capacity;
var pass = new Recording(TapName.ParseList("logits,layers.*.coefficients", model.Spec));

float Logit(Tap? change = null)
{
    pass.Run(model.Transformer, prompt, change);
    return pass[TapPoint.Logits][^model.Spec.Vocabulary..][answer];
}

float intact = Logit();
float[] m = pass[TapPoint.Coefficients, last][^cells..];    // [cells], after the last token
int[] firing = [.. Enumerable.Range(0, cells).Where(i => m[i] > 0)];

// One pass for each firing cell of the last layer: what does the answer lose without it?
var losses = firing.Select(
    cell => (Cell: new CellId(last, cell), Loss: intact - Logit(Intervention.SetCell(model.Spec, new(last, cell), 0))));
Console.WriteLine($"logit of « Aldminster»: {intact:F1}; {firing.Length} cells of layer {last} fire");
foreach (var (cell, loss) in losses.OrderByDescending(each => each.Loss).Take(3))
    Console.WriteLine($"without {cell}: {-loss:F2}");

// Prints:
// logit of « Aldminster»: 14.1; 64 cells of layer 3 fire
// without L3/387: -1.13
// without L3/380: -0.56
// without L3/71: -0.40
