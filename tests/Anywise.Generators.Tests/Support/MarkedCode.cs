using Microsoft.CodeAnalysis.Text;

namespace Anywise.Generators.Tests.Support;

/// <summary>C# in which <c>[|</c> and <c>|]</c> stand around what a rule has to underline.</summary>
internal sealed class MarkedCode
{
    public MarkedCode(string marked)
    {
        var text = marked.ReplaceLineEndings("\n");
        var spans = new List<TextSpan>();
        for (int start; (start = text.IndexOf("[|", StringComparison.Ordinal)) >= 0;)
        {
            text = text.Remove(start, 2);
            var end = text.IndexOf("|]", StringComparison.Ordinal);
            text = text.Remove(end, 2);
            spans.Add(TextSpan.FromBounds(start, end));
        }

        (Text, Spans) = (text, spans);
    }

    public string Text { get; }

    public IReadOnlyList<TextSpan> Spans { get; }
}
