using System.Reflection;
using System.Text.RegularExpressions;
using Marketplace.Domain.Common;

namespace Marketplace.Tests.House;

/// <summary>Which capability may know which: each calls only to its left.</summary>
public sealed partial class ArrowTests
{
    /// <summary>From left to right; capabilities of one row do not know each other. A new capability takes its place here.</summary>
    private static readonly string[][] Rows =
    [
        ["Organisations"],
        ["Proofs", "Notifications"],
        ["Search"],
        ["Achievements", "Demands", "Services"],
        ["Payments"],
        ["Deals"],
        ["Auctions"],
        ["Trading", "Matching"],
        ["Network", "Statistics"],
        ["Demo"],
        ["Home"],
    ];

    private static readonly string[] ForAll = ["Common", "Platform", "Shared"];

    [Fact]
    public void Every_folder_is_a_capability_with_a_place()
    {
        var known = Rows.SelectMany(row => row).Concat(ForAll).Append("wwwroot").ToHashSet();
        Repository.None(
            from file in Repository.Written(".cs", ".cshtml")
            let parts = file.Path.Split('/')
            where parts.Length > 2 && parts[0] is "Marketplace.Web" or "Marketplace.Domain" && !known.Contains(parts[1])
            select $"{parts[0]}/{parts[1]}");
    }

    [Fact]
    public void Sources_name_only_what_lies_to_their_left()
    {
        var wrong =
            from file in Repository.Written(".cs", ".cshtml")
            let parts = file.Path.Split('/')
            where parts.Length > 2 && parts[0] is "Marketplace.Web" or "Marketplace.Domain"
            from Match match in Named().Matches(file.Text)
            where !Allowed(parts[1], match.Groups[1].Value)
            select $"{file.Path}: {match.Value}";
        Repository.None(wrong);
    }

    [Fact]
    public void Types_hold_only_what_lies_to_their_left()
    {
        var wrong =
            from type in typeof(Program).Assembly.GetTypes().Concat(typeof(Fact).Assembly.GetTypes())
            let own = CapabilityOf(type)
            where own is not null
            from used in Used(type)
            let to = CapabilityOf(used)
            where to is not null && !Allowed(own, to)
            select $"{type} -> {used}";
        Repository.None(wrong);
    }

    [Fact]
    public void The_domain_references_nothing_but_the_framework() => OnlyFramework(typeof(Fact).Assembly);

    [Fact]
    public void The_verifier_references_nothing_but_the_domain() => OnlyFramework(typeof(Marketplace.Verifier.Program).Assembly, "Marketplace.Domain");

    private static void OnlyFramework(Assembly assembly, params string[] besides)
    {
        Repository.None(
            from name in assembly.GetReferencedAssemblies().Select(name => name.Name!)
            where !name.StartsWith("System.", StringComparison.Ordinal) && !besides.Contains(name)
            select name);
    }

    private static bool Allowed(string from, string to)
    {
        if (from == to || Row(to) < 0) return true;
        // The platform knows persons, because their accounts lie in its database.
        return ForAll.Contains(from) ? to == "Organisations" : Row(to) < Row(from);
    }

    private static int Row(string capability) => Array.FindIndex(Rows, row => row.Contains(capability));

    private static string? CapabilityOf(Type type)
    {
        var parts = type.Namespace?.Split('.') ?? [];
        if (parts is not ["Marketplace", ..]) return null;
        var name = parts.ElementAtOrDefault(parts.ElementAtOrDefault(1) == "Domain" ? 2 : 1);
        // Platform keeps the database of all capabilities, whose migrations are written by a tool.
        return name is null || parts.Contains("Migrations") ? null : name;
    }

    private static IEnumerable<Type> Used(Type type)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var direct = new List<Type?> { type.BaseType };
        direct.AddRange(type.GetInterfaces());
        direct.AddRange(type.GetFields(All).Select(field => field.FieldType));
        foreach (var method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
        {
            direct.AddRange(method.GetParameters().Select(parameter => parameter.ParameterType));
            if (method is MethodInfo info) direct.Add(info.ReturnType);
            if (method.GetMethodBody() is { } body) direct.AddRange(body.LocalVariables.Select(local => local.LocalType));
        }

        return direct.OfType<Type>().SelectMany(Parts);
    }

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!) : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type) : [type];

    [GeneratedRegex(@"\bMarketplace\.(?:Domain\.)?([A-Z]\w+)")]
    private static partial Regex Named();
}
