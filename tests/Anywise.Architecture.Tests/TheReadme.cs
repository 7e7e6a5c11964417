namespace Anywise.Architecture.Tests;

/// <summary>What the README shows is compiled and run.</summary>
[NonParallelizable] // captures the console
public sealed class TheReadme
{
    private readonly Page _page = new("README.md");

    [Test]
    public void Shows_the_first_program_word_for_word() =>
        Assert.That(CodeBlocks("csharp").First(), Is.EqualTo(Repository.Read("samples/QuickStart/Program.cs").TrimEnd()));

    [Test]
    public async Task Shows_what_the_first_program_prints() =>
        Assert.That((await PageProgram.RunAsync(CodeBlocks("csharp").Take(1))).TrimEnd(), Is.EqualTo(CodeBlocks("text").First()));

    [Test]
    public async Task Shows_code_that_compiles_and_runs_as_a_whole() =>
        Assert.That(await PageProgram.RunAsync(CodeBlocks("csharp")), Is.EqualTo("Thank you, Anna!\nThank you, Ben!\n".ReplaceLineEndings()));

    [Test]
    public void Has_both_commands_for_a_newcomer() =>
        Assert.That(CodeBlocks("sh").SelectMany(block => block.Split('\n')), Is.SupersetOf(new[] { "dotnet run --project samples/Allocation -- demo", "dotnet test" }));

    private IEnumerable<string> CodeBlocks(string language) => _page.CodeBlocks(language);
}
