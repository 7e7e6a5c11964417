using System.Reflection;
using System.Runtime.Loader;
using Anywise.Generators.Registration;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Anywise.Generators.Tests.Support;

/// <summary>Runs the generator as the compiler does.</summary>
internal static class Generation
{
    public static GeneratorDriver NewDriver() => CSharpGeneratorDriver.Create(
        [new HandlerListGenerator().AsSourceGenerator()],
        parseOptions: Code.Language,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>The compilation with what is generated for it, which compiles without a warning.</summary>
    public static Compilation Generate(Compilation compilation)
    {
        NewDriver().RunGeneratorsAndUpdateCompilation(compilation, out var generated, out var diagnostics);
        Assert.That(diagnostics, Is.Empty);
        Assert.That(generated.GetDiagnostics().Where(found => found.Severity >= DiagnosticSeverity.Warning), Is.Empty);
        return generated;
    }

    /// <summary>The list that is generated, or null if there is none.</summary>
    public static string? ListOf(Compilation compilation) =>
        Generate(compilation).SyntaxTrees.SingleOrDefault(tree => tree.FilePath.EndsWith(HandlerList.FileName, StringComparison.Ordinal))?.ToString();

    /// <summary>Generates, compiles and loads, in a context that can be unloaded.</summary>
    public static Assembly Load(Compilation compilation, AssemblyLoadContext context)
    {
        using var image = new MemoryStream();
        Assert.That(Generate(compilation).Emit(image).Success);
        image.Position = 0;
        return context.LoadFromStream(image);
    }
}
