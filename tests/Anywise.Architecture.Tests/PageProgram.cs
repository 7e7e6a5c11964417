using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Anywise.Architecture.Tests;

/// <summary>The C# of a page, put together to one program: first all statements, then all types.</summary>
internal static class PageProgram
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>A package may have been built against an earlier version of another: the SDK does not warn of that either.</summary>
    private static readonly Dictionary<string, ReportDiagnostic> AsTheSdk = new() { ["CS1701"] = ReportDiagnostic.Suppress, ["CS1702"] = ReportDiagnostic.Suppress };

    /// <summary>Compiles the blocks; a warning is a failure.</summary>
    public static void Compile(IEnumerable<string> blocks) => Compile(Join(blocks)).Dispose();

    /// <summary>Compiles and runs the blocks in an empty folder and returns what they print.</summary>
    public static async Task<string> RunAsync(IEnumerable<string> blocks)
    {
        var (console, folder) = (Console.Out, Environment.CurrentDirectory);
        var empty = Directory.CreateTempSubdirectory("page");
        var output = new StringWriter();
        Console.SetOut(output);
        Environment.CurrentDirectory = empty.FullName;
        try
        {
            using var image = Compile(Join(blocks));
            var main = new AssemblyLoadContext("page").LoadFromStream(image).EntryPoint!.DeclaringType!.GetMethod("<Main>$", BindingFlags.Static | BindingFlags.NonPublic)!;
            await (Task)main.Invoke(null, [Array.Empty<string>()])!;
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = folder;
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            empty.Delete(recursive: true);
        }

        return output.ToString();
    }

    private static string Join(IEnumerable<string> blocks)
    {
        var units = blocks.Select(block => CSharpSyntaxTree.ParseText(block).GetCompilationUnitRoot()).ToList();
        var members = units.SelectMany(unit => unit.Members).ToList();
        return string.Concat(
        [
            .. units.SelectMany(unit => unit.Usings).Select(directive => directive.ToFullString()),
            .. members.OfType<GlobalStatementSyntax>().Select(statement => statement.ToFullString()),
            .. members.Where(member => member is not GlobalStatementSyntax).Select(member => member.ToFullString()),
        ]);
    }

    private static MemoryStream Compile(string program)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "PageProgram",
            [CSharpSyntaxTree.ParseText(ImplicitUsings), CSharpSyntaxTree.ParseText(program)],
            references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable)
                .WithSpecificDiagnosticOptions(AsTheSdk));
        var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.That(result.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning), Is.Empty, program);

        image.Position = 0;
        return image;
    }
}
