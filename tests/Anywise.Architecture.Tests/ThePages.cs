namespace Anywise.Architecture.Tests;

/// <summary>
/// What the pages show compiles. A page whose code is fragments has a file of the same path in <c>Pages</c>, which stands in front of it: variables and
/// types that the fragments use, and that the reader need not see.
/// </summary>
public sealed class ThePages
{
    private static readonly string[] All =
    [
        .. Repository.Pages("docs"), .. Repository.Pages("samples"), .. Repository.Pages("src"), "README.md", "CONTRIBUTING.md", "benchmarks/README.md",
    ];

    /// <summary>The README is not only compiled but run; the pages of the analyzers show code that is wrong.</summary>
    private static IEnumerable<string> WithCode =>
        All.Where(page => page != "README.md" && !page.StartsWith("docs/analyzers/", StringComparison.Ordinal) && new Page(page).CodeBlocks("csharp").Any());

    [TestCaseSource(nameof(WithCode))]
    public void Show_code_that_compiles_as_a_whole(string page)
    {
        var context = $"tests/Anywise.Architecture.Tests/Pages/{Path.ChangeExtension(page, ".cs")}";
        IEnumerable<string> inFront = File.Exists(Path.Combine(Repository.Root, context)) ? [Repository.Read(context)] : [];

        PageProgram.Compile([.. inFront, .. new Page(page).CodeBlocks("csharp")]);
    }

    [Test]
    public void Are_compiled_wherever_they_show_code() =>
        Assert.That(WithCode, Is.SupersetOf(new[] { "docs/dispatching.md", "docs/outbox.md", "docs/testing.md", "docs/unit-of-work.md", "src/Anywise.Testing/README.md" }));

    [Test]
    public void Have_no_context_of_a_page_that_is_gone() =>
        Assert.That(
            Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests/Anywise.Architecture.Tests/Pages"), "*.cs", SearchOption.AllDirectories)
                .Select(file => Path.ChangeExtension(Path.GetRelativePath(Path.Combine(Repository.Root, "tests/Anywise.Architecture.Tests/Pages"), file), ".md").Replace('\\', '/')),
            Is.SubsetOf(WithCode));

    [TestCaseSource(nameof(All))]
    public void Link_only_to_what_exists(string page) =>
        Assert.That(new Page(page).Links.Where(target => !Path.Exists(Path.Combine(Repository.Root, target))), Is.Empty);
}
