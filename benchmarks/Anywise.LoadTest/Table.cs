namespace Anywise.LoadTest;

/// <summary>Figures in columns, in Markdown, so that they can be quoted.</summary>
internal sealed class Table(string title, params string[] columns)
{
    private readonly List<List<string>> _rows = [["", .. columns]];

    public void Row(string name, params string[] cells) => _rows.Add([name, .. cells]);

    /// <summary>Adds cells to the last row.</summary>
    public void Extend(params string[] cells) => _rows[^1].AddRange(cells);

    public void Print()
    {
        var widths = Enumerable.Range(0, columns.Length + 1).Select(column => _rows.Max(row => column < row.Count ? row[column].Length : 0)).ToList();
        Console.WriteLine();
        Console.WriteLine($"### {title}");
        Console.WriteLine();
        foreach (var row in _rows)
        {
            Console.WriteLine("| " + string.Join(" | ", widths.Select((width, column) => Cell(row, column, width))) + " |");
            if (row == _rows[0])
            {
                Console.WriteLine("| " + string.Join(" | ", widths.Select((width, column) => column == 0 ? new string('-', Math.Max(3, width)) : new string('-', Math.Max(3, width - 1)) + ":")) + " |");
            }
        }
    }

    private static string Cell(List<string> row, int column, int width)
    {
        var cell = column < row.Count ? row[column] : "";
        return column == 0 ? cell.PadRight(width) : cell.PadLeft(width);
    }
}
