using System.Text.RegularExpressions;

namespace Anywise.Architecture.Tests;

/// <summary>A promise names the tests that hold it.</summary>
public sealed partial class TheGuarantees
{
    [TestCase("docs/guarantees.md", "## Not promised", 15)]
    [TestCase("docs/outbox.md", "## What is not", 7)]
    public void Name_only_test_classes_that_exist(string page, string end, int promises)
    {
        var promised = Repository.Read(page).Split(end)[0];
        var tests = Repository.SourceFiles("tests").Select(file => Path.GetFileNameWithoutExtension(file)).ToHashSet();
        var named = promised.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .SelectMany(line => CodeWords().Matches(line.Split('|')[3]).Select(word => word.Groups[1].Value))
            .ToList();

        Assert.That(named, Has.Count.GreaterThanOrEqualTo(promises));
        Assert.That(named.Where(name => !tests.Contains(name)), Is.Empty);
    }

    [GeneratedRegex("`(\\w+)`")]
    private static partial Regex CodeWords();
}
