namespace Anywise.EfCore.Tests.Inspection;

/// <summary>Reads a picture of messages.</summary>
internal static class Picture
{
    /// <summary>With names instead of numbers.</summary>
    public static IEnumerable<string> Edges(string picture)
    {
        var lines = picture.Split('\n', StringSplitOptions.TrimEntries);
        var names = lines.Where(line => line.StartsWith('n') && line.Contains('"')).ToDictionary(line => line[..line.IndexOfAny(['[', '('])], line => line.Split('"')[1]);
        return lines.Where(line => line.Contains("-->")).Select(line => line.Split(' ') is [var from, .. var arrow, var to] ? $"{names[from]} {string.Join(' ', arrow)} {names[to]}" : line);
    }
}
