using System.Text;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Xml.Linq;
using Loci.Views;

namespace Loci.Tests.Views;

/// <summary>
/// The schema of the views as a page: every record and field, with what its documentation comment says.
/// </summary>
internal static class ViewSchema
{
    private static readonly Dictionary<string, XElement> s_comments =
        XDocument.Load(Path.ChangeExtension(typeof(ViewJson).Assembly.Location, ".xml")).Descendants("member")
            .ToDictionary(member => member.Attribute("name")!.Value);

    /// <summary>The views that stand on their own, in the order of their declaration.</summary>
    public static Type[] Roots { get; } = [.. typeof(ViewSerializer).GetCustomAttributesData()
        .Where(attribute => attribute.AttributeType == typeof(JsonSerializableAttribute))
        .Select(attribute => (Type)attribute.ConstructorArguments[0].Value!)];

    /// <summary>All records, each after the first that holds it.</summary>
    public static IReadOnlyList<JsonTypeInfo> Records()
    {
        var found = new List<JsonTypeInfo>();
        foreach (var root in Roots) Add(Inner(root));
        return found;

        void Add(Type type)
        {
            if (type.Namespace != typeof(ViewJson).Namespace || found.Any(known => known.Type == type)) return;
            var info = ViewSerializer.Default.GetTypeInfo(type)!;
            if (info.Kind != JsonTypeInfoKind.Object) return;
            found.Add(info);
            foreach (var property in info.Properties) Add(Inner(property.PropertyType));
        }
    }

    /// <summary>The comment on a record; empty where there is none.</summary>
    public static string Summary(Type type) => Text(Comment(type)?.Element("summary"));

    /// <summary>The comment on a field; empty where there is none.</summary>
    public static string Field(Type type, JsonPropertyInfo property) => Text(Comment(type)?.Elements("param")
        .SingleOrDefault(parameter => parameter.Attribute("name")!.Value == Member(property).Name));

    /// <summary>The page.</summary>
    public static string Page()
    {
        var page = new StringBuilder("""
            # The JSON of the command line

            With `--json` a command writes one JSON document to standard output. These documents are a contract: fields keep
            their names and meanings; new ones may come. A number that could not be measured is null. Invisible characters
            and those that turn the reading direction are escaped. The records are those of `src/Loci/Views`, and this page
            is made of their documentation comments.


            """);
        foreach (var record in Records())
        {
            page.Append($"## {record.Type.Name}\n\n{Summary(record.Type)}\n\n| field | type | |\n|---|---|---|\n");
            foreach (var property in record.Properties)
                page.Append(
                    $"| `{property.Name}` | {Type(property)} | {Field(record.Type, property).Replace("|", "\\|")} |\n");
            page.Append('\n');
        }
        return page.ToString().TrimEnd() + "\n";
    }

    private static string Type(JsonPropertyInfo property)
    {
        bool leftOut = Member(property).GetCustomAttributes(
            typeof(JsonIgnoreAttribute),
            true) is [JsonIgnoreAttribute { Condition: JsonIgnoreCondition.WhenWritingNull }];
        bool nullable = Nullable.GetUnderlyingType(property.PropertyType) is not null || property.IsGetNullable;
        return Type(property.PropertyType) + (leftOut ? ", or left out" : nullable ? ", or null" : "");
    }

    private static string Type(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return "text";
        if (type == typeof(bool)) return "true or false";
        if (type == typeof(int) || type == typeof(long)) return "whole number";
        if (type == typeof(float) || type == typeof(double)) return "number";
        if (type == typeof(IReadOnlyDictionary<string, TapShape>)) return "object of lists";
        if (type == typeof(System.Text.Json.JsonElement)) return "object";
        if (type.IsGenericType) return $"list of {Type(type.GetGenericArguments()[0])}";
        return $"[{type.Name}](#{type.Name.ToLowerInvariant()})";
    }

    private static Type Inner(Type type) =>
        type.IsGenericType && Nullable.GetUnderlyingType(type) is null ? type.GetGenericArguments()[^1] : type;

    private static System.Reflection.MemberInfo Member(JsonPropertyInfo property) =>
        (System.Reflection.MemberInfo)property.AttributeProvider!;

    private static XElement? Comment(Type type) => s_comments.GetValueOrDefault($"T:{type.FullName}");

    private static string Text(XElement? element) =>
        element is null ? "" : string.Concat(element.Nodes().Select(node => node switch
    {
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see => $"`{see.Attribute("cref")!.Value.Split('.')[^1]}`",
        _ => node.ToString(),
    })).Replace("\r", "").Split('\n').Select(line => line.Trim()).Aggregate(
        "", (all, line) => line.Length == 0 ? all : all.Length == 0 ? line : $"{all} {line}");
}
