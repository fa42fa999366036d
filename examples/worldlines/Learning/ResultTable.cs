using System.Text;

namespace Worldlines.Learning;

/// <summary>The experiment's results as a table in Markdown.</summary>
internal static class ResultTable
{
    /// <summary>A row for each method, a column for each number of examples.</summary>
    public static string Markdown(FewShotResult[] results)
    {
        int[] counts = [.. results.Select(result => result.PerClass).Distinct()];
        var text = new StringBuilder();
        text.Append("| share in the right class |")
            .AppendJoin("", counts.Select(count => $" {count} a class |")).Append('\n');
        text.Append("|---|").AppendJoin("", counts.Select(_ => "---|")).Append('\n');
        foreach (var method in results.GroupBy(result => result.Method))
        {
            text.Append("| ").Append(method.Key).Append(" |");
            foreach (int count in counts)
                text.Append(' ')
                    .Append(method.Single(result => result.PerClass == count).Mean.Text).Append(" |");
            text.Append('\n');
        }
        text.Append("| chance |").AppendJoin("", counts.Select(_ => " 0.250 |")).Append('\n');
        return text.ToString();
    }
}
