using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Loci.Cli.Tests.Repository.Api;

/// <summary>
/// Writes what an assembly offers to others: every public type with its public and protected members, one a line, in
/// ordinal order. What the compiler adds to records is left out.
/// </summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Header(type)).Append('\n');
            foreach (string member in Members(type).Order(StringComparer.Ordinal))
                text.Append("    ").Append(member).Append('\n');
        }
        return text.ToString();
    }

    private static string Header(Type type)
    {
        string kind = type switch
        {
            { IsEnum: true } => $"enum {TypeName.Full(type)} : {TypeName.Of(Enum.GetUnderlyingType(type))}",
            { IsInterface: true } => $"interface {TypeName.Full(type)}",
            { IsValueType: true } =>
                $"{(type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "")}struct {TypeName.Full(type)}",
            { IsAbstract: true, IsSealed: true } => $"static class {TypeName.Full(type)}",
            _ when type.IsSubclassOf(typeof(Delegate)) => $"delegate {TypeName.Full(type)}",
            _ => $"{(type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "")}class {TypeName.Full(type)}",
        };
        if (type.IsEnum || type.IsSubclassOf(typeof(Delegate))) return kind;
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        IEnumerable<Type> bases = type.GetInterfaces().Except(inherited)
            .Where(each => each.IsPublic || each.IsNestedPublic);
        string[] names = [.. bases.Select(TypeName.Of).Order(StringComparer.Ordinal)];
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
            names = [TypeName.Of(parent), .. names];
        return names.Length == 0 ? kind : $"{kind} : {string.Join(", ", names)}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
            return Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name))}");
        if (type.IsSubclassOf(typeof(Delegate))) return [Method(type.GetMethod("Invoke")!)];
        return
        [
            .. type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily).Select(Field),
            .. type.GetProperties(Declared).Where(each => Seen(each.GetMethod) || Seen(each.SetMethod)).Where(Written)
                .Select(Property),
            .. type.GetEvents(Declared).Where(each => Seen(each.AddMethod))
                .Select(each => $"event {TypeName.Of(each.EventHandlerType!)} {each.Name}"),
            .. type.GetConstructors(Declared).Where(each => Seen(each) && Written(each))
                .Select(each => $"new({Parameters(each)})"),
            .. type.GetMethods(Declared).Where(each => Seen(each) && Written(each) && !Accessor(each)).Select(Method),
        ];
    }

    private static string Field(FieldInfo field) =>
        (field.IsLiteral ? "const " : field.IsStatic ? "static readonly " : field.IsInitOnly ? "readonly " : "")
        + $"{TypeName.Of(field.FieldType)} {field.Name}"
        + (field.IsLiteral ? $" = {TypeName.Constant(field.GetRawConstantValue())}" : "");

    private static string Property(PropertyInfo property)
    {
        string accessors = Seen(property.GetMethod) ? "get; " : "";
        if (Seen(property.SetMethod))
            accessors += property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers()
                .Contains(typeof(IsExternalInit))
                ? "init; "
                : "set; ";
        string name = property.GetIndexParameters() is { Length: > 0 } index
            ? $"this[{Parameters(index)}]"
            : property.Name;
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        string modifiers = Modifiers(property.GetMethod ?? property.SetMethod!);
        return $"{modifiers}{required}{TypeName.Of(property.PropertyType)} {name} {{ {accessors}}}";
    }

    private static string Method(MethodInfo method)
    {
        string generic = method.IsGenericMethod
            ? $"<{string.Join(", ", method.GetGenericArguments().Select(each => each.Name))}>"
            : "";
        return $"{Modifiers(method)}{TypeName.Of(method.ReturnType)} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Modifiers(MethodBase method) =>
        (method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "")
        + (method.IsStatic ? "static " : "")
        + (method is not { DeclaringType.IsInterface: false, IsVirtual: true, IsFinal: false } ? ""
            : method.IsAbstract ? "abstract "
            : method is MethodInfo each && each.GetBaseDefinition() != each ? "override "
            : "virtual ");

    private static string Parameters(MethodBase method) => Parameters(method.GetParameters());

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(parameter =>
    {
        string kind = parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "";
        bool many = parameter.IsDefined(typeof(ParamArrayAttribute))
            || parameter.IsDefined(typeof(ParamCollectionAttribute));
        string value = parameter.HasDefaultValue ? $" = {TypeName.Constant(parameter.RawDefaultValue)}" : "";
        return $"{(many ? "params " : "")}{kind}{TypeName.Of(parameter.ParameterType)} {parameter.Name}{value}";
    }));

    private static bool Seen(MethodBase? method) =>
        method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    // What stands in the source; the compiler marks what it adds to records.
    private static bool Written(MemberInfo member) =>
        !member.IsDefined(typeof(CompilerGeneratedAttribute)) && !member.Name.Contains('<')
            && member.Name != "EqualityContract";

    private static bool Accessor(MethodInfo method) =>
        method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);
}
