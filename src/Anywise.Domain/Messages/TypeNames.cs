using System.Runtime.CompilerServices;
using System.Text;

namespace Anywise.Domain;

/// <summary>Types as they are written in C#, for people who read an error, the log, a trace or a picture. What is stored has names of its own.</summary>
internal static class TypeNames
{
    private static readonly ConditionalWeakTable<Type, string> Made = [];

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(char)] = "char",
        [typeof(decimal)] = "decimal",
        [typeof(double)] = "double",
        [typeof(float)] = "float",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(object)] = "object",
        [typeof(short)] = "short",
        [typeof(string)] = "string",
    };

    /// <summary>With the types that it lies in, and with its type arguments. Made once for each type, since traces name one with each message.</summary>
    public static string ReadableName(this Type type) =>
        type is { IsNested: false, IsGenericType: false, HasElementType: false } ? type.Name : Made.GetValue(type, Make);

    /// <summary>Between the brackets of a generic type, where C# has words of its own for some types.</summary>
    public static string ReadableArgument(this Type type) => Keywords.GetValueOrDefault(type) ?? type.ReadableName();

    private static string Make(Type type)
    {
        if (type.IsArray)
        {
            return MakeOfArray(type);
        }

        return type.IsGenericParameter ? type.Name : Make(type, type.GetGenericArguments());
    }

    /// <summary>The type arguments of a nested type begin with those of the types that it lies in.</summary>
    private static string Make(Type type, ReadOnlySpan<Type> arguments)
    {
        var inherited = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        var prefix = type.DeclaringType is { } declaring ? $"{Make(declaring, arguments[..inherited])}." : "";
        var ownArguments = arguments[inherited..];
        return ownArguments.IsEmpty
            ? prefix + type.Name
            : $"{prefix}{type.Name.Split('`')[0]}<{string.Join(", ", ownArguments.ToArray().Select(ReadableArgument))}>";
    }

    /// <summary>The brackets of the outer array come first, as in <c>int[][,]</c>, which is an array of <c>int[,]</c>.</summary>
    private static string MakeOfArray(Type type)
    {
        var brackets = new StringBuilder();
        var element = type;
        for (; element.IsArray; element = element.GetElementType()!)
        {
            brackets.Append('[').Append(',', element.GetArrayRank() - 1).Append(']');
        }

        return element.ReadableArgument() + brackets;
    }
}
