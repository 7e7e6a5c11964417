using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Anywise.Generators.Tests.Support;

/// <summary>C# of a test as a compilation that refers to Anywise and EF Core.</summary>
internal static class Code
{
    public static readonly CSharpParseOptions Language = new(LanguageVersion.Latest);

    public const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Anywise.Domain;
        """;

    public static readonly MetadataReference[] Platform =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("Allocation", StringComparison.Ordinal))
            .Where(path => !Path.GetFileName(path).StartsWith("Anywise.Generators", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    public static CSharpCompilationOptions Options { get; } = new(
        OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, generalDiagnosticOption: ReportDiagnostic.Error);

    /// <summary>A library of this name, with implicit usings, nullable, and warnings as errors.</summary>
    public static CSharpCompilation Compile(string code, string name = "Code", params MetadataReference[] references) => Compile(code, Usings, name, references);

    /// <summary>The same with other usings.</summary>
    public static CSharpCompilation Compile(string code, string usings, string name, params MetadataReference[] references) => CSharpCompilation.Create(
        name,
        [CSharpSyntaxTree.ParseText(usings, Language, "Usings.cs"), CSharpSyntaxTree.ParseText(code, Language, "Code.cs")],
        [.. Platform, .. references],
        Options);

    /// <summary>
    /// Fails where the code of a test does not compile, so that no test says something about code that nobody could write. Some errors are only found when the
    /// code is emitted, which warnings that are errors would prevent.
    /// </summary>
    public static void AssertCompiles(Compilation compilation)
    {
        using var image = new MemoryStream();
        var emitted = compilation.WithOptions(compilation.Options.WithGeneralDiagnosticOption(ReportDiagnostic.Default)).Emit(image);
        Assert.That(emitted.Diagnostics.Where(found => found.DefaultSeverity == DiagnosticSeverity.Error), Is.Empty);
    }
}
