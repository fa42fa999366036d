// Open a model and read its memories: which cells of a layer fire at the end of a text, and what their values promote.
// Run it: dotnet run examples/read-a-cell.cs
#:project ../src/Loci
#:project ../src/Loci.BuiltIn

using Loci;
using Loci.BuiltIn;
using Loci.Models;
using Loci.Tracing;

const int Layer = 2;
var model = BuiltInModels.Open("demo");
int[] tokens = [.. model.Encode("The city where the parliament of Norvia sits is")];
var pass = new Recording(TapName.ParseList("logits,layers.*.coefficients", model.Spec));
pass.Run(model.Transformer, Batch.Of(tokens));

int cells = model.Transformer.Blocks[Layer].Cells.Capacity;
float[] m = pass[TapPoint.Coefficients, Layer][^cells..];   // [cells], after the last token
foreach (int cell in Enumerable.Range(0, cells).OrderByDescending(i => m[i]).Take(3))
    Console.WriteLine($"{new CellId(Layer, cell)} fires with {m[cell]:F2}");

float[] logits = pass[TapPoint.Logits][^model.Spec.Vocabulary..];
int next = Array.IndexOf(logits, logits.Max());
Console.WriteLine($"and the model goes on with «{model.Tokenizer!.Decode([next]).Trim()}»");

// Prints:
// L2/289 fires with 3.21
// L2/516 fires with 2.44
// L2/562 fires with 1.86
// and the model goes on with «Aldminster»
