using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Anywise.Architecture.Tests;

/// <summary>How much there is to read.</summary>
public sealed partial class TheBudgets
{
    [TestCase("src", 250)]
    [TestCase("tests", 400)]
    [TestCase("samples", 120)]
    public void Keep_every_file_short(string folder, int limit) =>
        Assert.That(Repository.SourceFiles(folder).Where(file => Repository.LinesOf(file) > limit), Is.Empty);

    [TestCase("src", 40)]
    [TestCase("samples", 40)]
    public void Keep_every_method_to_a_screen(string folder, int limit) =>
        Assert.That(
            from file in Repository.SourceFiles(folder)
            from method in Repository.Parse(file).DescendantNodes().OfType<BaseMethodDeclarationSyntax>()
            where Repository.LinesOf(method) > limit
            select $"{file}: {method}",
            Is.Empty);

    [Test]
    public void Keep_constructors_at_five_parameters() =>
        Assert.That(
            from file in Repository.SourceFiles("src")
            from parameters in Repository.Parse(file).DescendantNodes().OfType<ParameterListSyntax>()
            where parameters.Parent is ConstructorDeclarationSyntax or TypeDeclarationSyntax && parameters.Parameters.Count > 5
            select $"{file}: {parameters}",
            Is.Empty);

    [Test]
    public void Keep_the_readme_at_120_lines() => Assert.That(Repository.LinesOf("README.md"), Is.LessThanOrEqualTo(120));

    [Test]
    public void Keep_unfinished_work_and_folded_code_out()
    {
        var marks = from folder in new[] { "src", "samples", "tests" }
                    from file in Repository.SourceFiles(folder)
                    where file != "tests/Anywise.Architecture.Tests/TheBudgets.cs" && Unfinished().IsMatch(Repository.Read(file))
                    select file;

        Assert.That(marks, Is.Empty);
    }

    [Test]
    public void Make_nine_of_ten_test_names_sentences_of_five_words()
    {
        var names = (
            from file in Repository.SourceFiles("tests")
            from method in Repository.Parse(file).DescendantNodes().OfType<MethodDeclarationSyntax>()
            where method.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => attribute.Name.ToString() is "Test" or "TestCase")
            select method.Identifier.Text).ToList();
        var short_ = names.Where(name => name.Split('_').Length < 5).ToList();

        Assert.That(short_, Has.Count.LessThanOrEqualTo(names.Count / 10), string.Join(", ", short_));
    }

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|NotImplementedException)\b|#region|Assert\.(Pass|Inconclusive)")]
    private static partial Regex Unfinished();
}
