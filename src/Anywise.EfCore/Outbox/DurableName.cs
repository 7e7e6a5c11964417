using System.Text.RegularExpressions;

namespace Anywise.EfCore.Outbox;

/// <summary>The name of a type as it is stored: for a generic one without the assemblies of its arguments, whose versions change with each build.</summary>
internal static partial class DurableName
{
    /// <param name="fullName">Of a closed type, in whatever version of the application.</param>
    public static string Of(string fullName) => fullName.Contains("[[", StringComparison.Ordinal)
        ? Assembly.Replace(fullName, "")
            .Replace("],[", ",", StringComparison.Ordinal)
            .Replace("[[", "[", StringComparison.Ordinal)
            .Replace("]]", "]", StringComparison.Ordinal)
        : fullName;

    /// <summary>What follows the name of an argument.</summary>
    [GeneratedRegex(@", [^\[\]]+(?=\])")]
    private static partial Regex Assembly { get; }
}
