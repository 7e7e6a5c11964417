using Anywise.Generators.Symbols;
using Microsoft.CodeAnalysis;

namespace Anywise.Generators.Messages;

/// <summary>
/// What <c>System.Text.Json</c>, with its default options, makes of a type: which constructor it calls, which members it fills, and what gets lost.
/// </summary>
internal sealed class JsonRoundTrip
{
    private const string Converter = "JsonConverterAttribute";
    private const string ExtensionData = "JsonExtensionDataAttribute";
    private const string Include = "JsonIncludeAttribute";
    private const string Ignore = "JsonIgnoreAttribute";

    private readonly HashSet<ITypeSymbol> _seen = new(SymbolEqualityComparer.Default);

    public IEnumerable<JsonFlaw> FlawsOf(INamedTypeSymbol type)
    {
        if (!_seen.Add(type) || type.HasAttribute(Converter))
        {
            return [];
        }

        var constructor = ConstructorOf(type);
        if (constructor is null && type.TypeKind == TypeKind.Class)
        {
            return [new JsonFlaw(type, $"'{type.Name}' has no public constructor, or several, so that none is chosen", "Mark one with '[JsonConstructor]'")];
        }

        var members = MembersOf(type);
        return [.. FlawsOfParameters(constructor, members), .. members.SelectMany(member => FlawsOfMember(member, constructor))];
    }

    /// <summary>The marked one; else, for classes, the one without parameters or the only public one. A structure is filled after it is made.</summary>
    private static IMethodSymbol? ConstructorOf(INamedTypeSymbol type)
    {
        var marked = type.InstanceConstructors.FirstOrDefault(constructor => constructor.HasAttribute("JsonConstructorAttribute"));
        if (marked is not null || type.IsValueType)
        {
            return marked;
        }

        var open = type.InstanceConstructors.Where(constructor => constructor.DeclaredAccessibility == Accessibility.Public).ToList();
        return open.FirstOrDefault(constructor => constructor.Parameters.IsEmpty) ?? (open.Count == 1 ? open[0] : null);
    }

    /// <summary>The public members, and those that are included by an attribute; of overridden ones the last.</summary>
    private static List<ISymbol> MembersOf(INamedTypeSymbol type)
    {
        var members = new List<ISymbol>();
        for (var declaring = type; declaring is { SpecialType: not (SpecialType.System_Object or SpecialType.System_ValueType) }; declaring = declaring.BaseType)
        {
            members.AddRange(declaring.GetMembers().Where(IsSeen).Where(member => members.All(nearer => nearer.Name != member.Name)));
        }

        return members;
    }

    private static bool IsSeen(ISymbol member) =>
        member is IPropertySymbol { IsStatic: false, IsIndexer: false, GetMethod: not null } or IFieldSymbol { IsStatic: false, IsImplicitlyDeclared: false }
        && (member.DeclaredAccessibility == Accessibility.Public || member.HasAttribute(Include));

    private static IEnumerable<JsonFlaw> FlawsOfParameters(IMethodSymbol? constructor, List<ISymbol> members)
    {
        foreach (var parameter in constructor?.Parameters ?? [])
        {
            var member = members.FirstOrDefault(member => HasNameOf(member, parameter) && (member is IPropertySymbol || member.HasAttribute(Include)));
            if (member is null)
            {
                yield return new JsonFlaw(
                    parameter, $"no public property has the name of the constructor's parameter '{parameter.Name}'", "Name one like the parameter");
            }
            else if (!SymbolEqualityComparer.Default.Equals(TypeOf(member), parameter.Type))
            {
                yield return new JsonFlaw(
                    parameter, $"the constructor's parameter '{parameter.Name}' is a '{parameter.Type.ShortName()}', but the property a '{TypeOf(member).ShortName()}'", "Give both the same type");
            }
        }
    }

    private IEnumerable<JsonFlaw> FlawsOfMember(ISymbol member, IMethodSymbol? constructor)
    {
        if (IsIgnored(member) || member.HasAttribute(Converter) || member.HasAttribute(ExtensionData))
        {
            return [];
        }

        if (member is IFieldSymbol && !member.HasAttribute(Include))
        {
            return [new JsonFlaw(member, $"'{member.Name}' is a field, and fields are not written", "Make it a property")];
        }

        var isFilled = constructor?.Parameters.Any(parameter => HasNameOf(member, parameter)) == true || CanBeSet(member);
        return isFilled ? FlawsOfType(member)
            : IsStored(member) ? [new JsonFlaw(member, $"nothing fills '{member.Name}' when it is read", "Add 'init', or a constructor parameter of its name") { LacksInit = true }]
            : [];
    }

    private IEnumerable<JsonFlaw> FlawsOfType(ISymbol member)
    {
        var (flawed, objects) = JsonTypes.Examine(TypeOf(member));
        if (flawed is not null)
        {
            yield return new JsonFlaw(member, $"'{member.Name}' {flawed}", "Use a type that can be written as JSON, or a '[JsonConverter]'");
        }

        foreach (var nested in objects.SelectMany(FlawsOf))
        {
            yield return nested with { LacksInit = false, Where = member, What = $"in '{member.Name}', {nested.What}" };
        }
    }

    private static bool HasNameOf(ISymbol member, IParameterSymbol parameter) => string.Equals(member.Name, parameter.Name, StringComparison.OrdinalIgnoreCase);

    private static bool CanBeSet(ISymbol member) =>
        member.HasAttribute(Include) ? member is IFieldSymbol or IPropertySymbol { SetMethod: not null } : member is IPropertySymbol { SetMethod.DeclaredAccessibility: Accessibility.Public };

    /// <summary>Whether a property holds a value of its own; one that is computed needs nothing to come back.</summary>
    private static bool IsStored(ISymbol member) =>
        member.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, member));

    /// <summary>Only <c>[JsonIgnore]</c> itself; its conditions leave the member out at times, when it has its default.</summary>
    private static bool IsIgnored(ISymbol member) => member.GetAttributes().Any(attribute =>
        attribute.AttributeClass?.Name == Ignore && attribute.NamedArguments.All(argument => argument is not { Key: "Condition", Value.Value: not 1 }));

    private static ITypeSymbol TypeOf(ISymbol member) => member is IPropertySymbol property ? property.Type : ((IFieldSymbol)member).Type;
}
