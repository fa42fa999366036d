using System.Text;
using Loci.Memory.Numerics;
using Loci.Models.Blocks;

namespace Loci.Views;

/// <summary>The choices of a model in the words of the field, for people.</summary>
public static class ModelWords
{
    /// <summary>An activation as papers write it.</summary>
    public static string Of(Activation activation) => activation switch
    {
        Activation.Relu => "ReLU",
        Activation.Gelu => "GELU",
        Activation.GeluTanh => "GELU (tanh approximation)",
        Activation.Silu => "SiLU",
        Activation.QuickGelu => "quick GELU",
        Activation.SquaredRelu => "ReLU²",
        _ => Plain(activation.ToString()),
    };

    /// <summary>A norm as papers write it.</summary>
    public static string Of(NormKind norm) => norm switch
    {
        NormKind.LayerNorm => "LayerNorm",
        NormKind.RmsNorm => "RMSNorm",
        _ => Plain(norm.ToString()),
    };

    /// <summary>A name of the code as words: «NormalizedDelta» and «normalized_delta» are «normalized delta».</summary>
    public static string Plain(string name)
    {
        var words = new StringBuilder();
        foreach (char c in name)
            if (c == '_') words.Append(' ');
            else if (char.IsUpper(c)) words.Append(words.Length > 0 ? " " : "").Append(char.ToLowerInvariant(c));
            else words.Append(c);
        return words.ToString();
    }
}
