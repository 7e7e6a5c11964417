using System.Text.RegularExpressions;

namespace Anywise.Architecture.Tests;

/// <summary>What the README shows is compiled and run.</summary>
[NonParallelizable] // captures the console
public sealed partial class TheReadme
{
    private readonly string _text = Repository.Read("README.md");

    [Test]
    public void Shows_the_first_program_word_for_word() =>
        Assert.That(CodeBlocks("csharp").First(), Is.EqualTo(Repository.Read("samples/QuickStart/Program.cs").TrimEnd()));

    [Test]
    public async Task Shows_what_the_first_program_prints() =>
        Assert.That((await ReadmeProgram.RunAsync(CodeBlocks("csharp").Take(1))).TrimEnd(), Is.EqualTo(CodeBlocks("text").First()));

    [Test]
    public async Task Shows_code_that_compiles_and_runs_as_a_whole() =>
        Assert.That(await ReadmeProgram.RunAsync(CodeBlocks("csharp")), Is.EqualTo("Thank you, Anna!\nThank you, Ben!\n".ReplaceLineEndings()));

    [Test]
    public void Has_both_commands_for_a_newcomer() =>
        Assert.That(CodeBlocks("sh").SelectMany(block => block.Split('\n')), Is.SupersetOf(new[] { "dotnet run --project samples/Allocation -- demo", "dotnet test" }));

    [Test]
    public void Links_only_to_what_exists()
    {
        var dead = Links().Matches(_text).Select(link => link.Groups[1].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal))
            .Where(target => !Path.Exists(Path.Combine(Repository.Root, target)));

        Assert.That(dead, Is.Empty);
    }

    private IEnumerable<string> CodeBlocks(string language) =>
        Fences().Matches(_text.ReplaceLineEndings("\n")).Where(fence => fence.Groups[1].Value == language).Select(fence => fence.Groups[2].Value.TrimEnd());

    [GeneratedRegex("```(\\w+)\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Fences();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Links();
}
