using System.Reflection;
using Anywise.Architecture.Tests;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Anywise.Generators.Tests;

/// <summary>Each rule is reported by an analyzer, explained by a page, and listed for a release.</summary>
public sealed class TheRules
{
    private static readonly DiagnosticDescriptor[] All =
        [.. typeof(Rules).GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => (DiagnosticDescriptor)field.GetValue(null)!)];

    private static IEnumerable<DiagnosticDescriptor> Each => All.DistinctBy(rule => rule.Id);

    [TestCaseSource(nameof(Each))]
    public void Have_a_page_to_which_they_link(DiagnosticDescriptor rule)
    {
        var page = Repository.Read(rule.HelpLinkUri);

        Assert.That(rule.HelpLinkUri, Does.EndWith($"/{rule.Id}.md"));
        Assert.That(page, Does.StartWith($"# {rule.Id}: {rule.Title}\n").And.Contain("## Why").And.Contain("## How to mend it").And.Contain("## When to suppress it"));
        Assert.That(Repository.Read("docs/analyzers/README.md"), Does.Contain($"| [{rule.Id}]({rule.Id}.md) | {rule.DefaultSeverity.ToString().ToLowerInvariant()} | {rule.Title} | "));
    }

    [TestCaseSource(nameof(Each))]
    public void Have_a_line_for_the_release_that_brings_them(DiagnosticDescriptor rule) =>
        Assert.That(
            Repository.Read("src/Anywise.Generators/AnalyzerReleases.Shipped.md") + Repository.Read("src/Anywise.Generators/AnalyzerReleases.Unshipped.md"),
            Does.Contain($"{rule.Id} | {rule.Category} | {rule.DefaultSeverity} | {rule.Title}\n"));

    [TestCaseSource(nameof(Each))]
    public void Say_what_is_wrong_and_what_to_do_now(DiagnosticDescriptor rule) =>
        Assert.That(
            All.Where(sentence => sentence.Id == rule.Id).Select(sentence => sentence.MessageFormat.ToString(null)),
            Has.All.Match(@"^(Generated code cannot name )?'\{0\}.*(\.|: ).+\.$"));

    [Test]
    public void Are_all_reported_by_an_analyzer()
    {
        var analyzers = typeof(Rules).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(DiagnosticAnalyzer))).Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!).ToList();

        Assert.That(analyzers, Has.All.Matches<DiagnosticAnalyzer>(analyzer => analyzer.GetType().GetCustomAttribute<DiagnosticAnalyzerAttribute>() is not null));
        Assert.That(analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics), Is.EquivalentTo(All));
    }

    [Test]
    public void Have_fixes_that_editors_find()
    {
        var fixes = typeof(CodeFixes.InitFix).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(CodeFixProvider))).ToList();

        Assert.That(fixes, Has.All.Matches<Type>(fix => fix.GetCustomAttribute<ExportCodeFixProviderAttribute>()?.Languages.Single() == LanguageNames.CSharp));
        Assert.That(
            fixes.SelectMany(fix => ((CodeFixProvider)Activator.CreateInstance(fix)!).FixableDiagnosticIds),
            Is.EquivalentTo(new[] { "ANY003", "ANY008", "ANY004", "ANY005", "ANY006", "ANY007", "ANY101", "ANY102", "ANY103", "ANY104" }));
        Assert.That(
            Repository.Read("docs/analyzers/README.md").Split('\n').Where(line => line.EndsWith(" | yes |", StringComparison.Ordinal)).Select(line => line[3..9]),
            Is.EquivalentTo(fixes.SelectMany(fix => ((CodeFixProvider)Activator.CreateInstance(fix)!).FixableDiagnosticIds)));
    }
}
