using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Anywise.Generators.Tests.Support;

/// <summary>One rule: its analyzer as the compiler runs it, and its fix as an editor applies it.</summary>
internal sealed class Rule(string id, DiagnosticAnalyzer analyzer, CodeFixProvider? fix = null)
{
    public string Usings { get; init; } = Code.Usings;

    /// <summary>A program may have statements outside of any type.</summary>
    public OutputKind Output { get; init; } = OutputKind.DynamicallyLinkedLibrary;

    /// <summary>What the code refers to besides Anywise and EF Core.</summary>
    public MetadataReference[] References { get; init; } = [];

    /// <summary>Asserts that the rule fires at the marks and nowhere else.</summary>
    public async Task<IReadOnlyList<string>> AssertAsync(string code, params MetadataReference[] references)
    {
        var marked = new MarkedCode(code);
        var compilation = Code.Compile(marked.Text, Usings, "Code", [.. References, .. references]).WithOptions(Code.Options.WithOutputKind(Output));
        Code.AssertCompiles(compilation);
        return await AssertAsync(compilation, marked);
    }

    /// <summary>The same, with code that the generator wrote before.</summary>
    public async Task<IReadOnlyList<string>> AssertAsync(Compilation compilation, MarkedCode marked, params (string, string)[] options)
    {
        var found = await FindAsync(compilation, options);

        Assert.That(found.Select(Underlined), Is.EquivalentTo(marked.Spans.Select(span => marked.Text.Substring(span.Start, span.Length))), string.Join("\n", found));
        Assert.That(found.Where(diagnostic => diagnostic.Location.SourceTree?.FilePath == "Code.cs").Select(diagnostic => diagnostic.Location.SourceSpan), Is.EquivalentTo(marked.Spans));
        return [.. found.Select(diagnostic => diagnostic.GetMessage())];
    }

    /// <summary>What becomes of the code when the named fix is applied at the first mark. It compiles.</summary>
    public async Task<string> FixAsync(string code, string title, bool compilesBefore = true)
    {
        var (document, diagnostics) = await OpenAsync(code, compilesBefore);
        var actions = await ActionsAsync(document, diagnostics[0]);
        return await ApplyAsync(actions.Single(action => action.Title == title), document);
    }

    /// <summary>The titles of the fixes that an editor offers at the first mark.</summary>
    public async Task<IReadOnlyList<string>> TitlesAsync(string code, bool compilesBefore = true)
    {
        var (document, diagnostics) = await OpenAsync(code, compilesBefore);
        return [.. (await ActionsAsync(document, diagnostics[0])).Select(action => action.Title)];
    }

    /// <summary>What becomes of the code when the named fix is applied everywhere in the document.</summary>
    public async Task<string> FixAllAsync(string code, string title)
    {
        var (document, diagnostics) = await OpenAsync(code);
        var action = (await ActionsAsync(document, diagnostics[0])).Single(action => action.Title == title);
        var all = new FixAllContext(document, fix!, FixAllScope.Document, action.EquivalenceKey!, [id], new Found(diagnostics), CancellationToken.None);
        return await ApplyAsync((await fix!.GetFixAllProvider()!.GetFixAsync(all))!, document);
    }

    private static string Underlined(Diagnostic diagnostic) => diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan);

    public async Task<ImmutableArray<Diagnostic>> FindAsync(Compilation compilation, params (string, string)[] options)
    {
        var analyzed = compilation.WithAnalyzers([analyzer], new AnalyzerOptions([], new BuildOptions(options)));
        var found = await analyzed.GetAnalyzerDiagnosticsAsync();
        Assert.That(found.Where(diagnostic => !diagnostic.Id.StartsWith("ANY", StringComparison.Ordinal)), Is.Empty, "the analyzer itself failed");
        return [.. found.Where(diagnostic => diagnostic.Id == id).OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)];
    }

    private async Task<(Document, ImmutableArray<Diagnostic>)> OpenAsync(string code, bool compiles = true)
    {
        var project = new AdhocWorkspace().AddProject("Code", LanguageNames.CSharp)
            .WithParseOptions(Code.Language)
            .WithCompilationOptions(Code.Options.WithOutputKind(Output))
            .WithMetadataReferences([.. Code.Platform, .. References]);
        project = project.AddDocument("Usings.cs", SourceText.From(Usings), filePath: "Usings.cs").Project;
        var marked = new MarkedCode(code);
        var document = project.AddDocument("Code.cs", SourceText.From(marked.Text), filePath: "Code.cs");
        var compilation = (await document.Project.GetCompilationAsync())!;
        if (compiles)
        {
            Code.AssertCompiles(compilation);
        }

        var diagnostics = await FindAsync(compilation);
        Assert.That(diagnostics.Select(diagnostic => diagnostic.Location.SourceSpan), Is.SupersetOf(marked.Spans));
        return (document, diagnostics);
    }

    private async Task<List<CodeAction>> ActionsAsync(Document document, Diagnostic diagnostic)
    {
        var actions = new List<CodeAction>();
        await fix!.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), CancellationToken.None));
        return actions;
    }

    private static async Task<string> ApplyAsync(CodeAction action, Document document)
    {
        var change = (await action.GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>().Single();
        var changed = change.ChangedSolution.GetDocument(document.Id)!;
        Code.AssertCompiles((await changed.Project.GetCompilationAsync())!);
        return (await changed.GetTextAsync()).ToString();
    }

    private sealed class Found(ImmutableArray<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>([]);
    }

    /// <summary>What MSBuild tells the compiler.</summary>
    private sealed class BuildOptions((string Name, string Value)[] options) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Options(options.ToDictionary(option => option.Name, option => option.Value));

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;

        private sealed class Options(Dictionary<string, string> values) : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
        }
    }
}
