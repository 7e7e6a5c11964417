using System.Text.RegularExpressions;

namespace Anywise.Architecture.Tests;

/// <summary>A page of the documentation.</summary>
/// <param name="path">From the root of the repository.</param>
internal sealed partial class Page(string path)
{
    private readonly string _text = Repository.Read(path).ReplaceLineEndings("\n");

    public IEnumerable<string> CodeBlocks(string language) =>
        Fences().Matches(_text).Where(fence => fence.Groups[1].Value == language).Select(fence => fence.Groups[2].Value.TrimEnd());

    /// <summary>Where it links to within the repository, from the root.</summary>
    public IEnumerable<string> Links =>
        from link in LinkTargets().Matches(_text)
        let target = link.Groups[1].Value.Split('#')[0]
        where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
        select Path.Combine(Path.GetDirectoryName(path)!, target);

    [GeneratedRegex("```(\\w+)\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Fences();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex LinkTargets();
}
