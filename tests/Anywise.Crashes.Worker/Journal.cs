using System.Diagnostics;

namespace Anywise.Crashes.Worker;

/// <summary>What a process has done, in a file of its own. What is written there stays when the process is killed. Thread-safe.</summary>
public sealed class Journal(string path) : IDisposable
{
    /// <summary>A line without it was being written when the process was killed.</summary>
    private const string End = ".";

    private readonly Lock _lock = new();
    private readonly StreamWriter _file = new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };

    /// <summary>A save has returned.</summary>
    public void Saved(Order order) => Write($"saved {order.Id} {order.Steps}");

    /// <summary>A handler that does not save was called; with the clock that all processes of a machine share.</summary>
    public void Handled(OrderStep step) => Write($"handled {step.OrderId} {step.Number} {Stopwatch.GetTimestamp()}");

    /// <summary>It stops now, with the row in its hands that says this.</summary>
    public void Paused(string held) => Write($"paused {held}");

    public static IEnumerable<string> ReadPaused(string path) => Read(path, "paused").Select(words => words[1]);

    public static IEnumerable<(Guid OrderId, int Steps)> ReadSaved(string path) =>
        Read(path, "saved").Select(words => (Guid.Parse(words[1]), int.Parse(words[2], null)));

    public static IEnumerable<(OrderStep Step, long At)> ReadHandled(string path) =>
        Read(path, "handled").Select(words => (new OrderStep(Guid.Parse(words[1]), int.Parse(words[2], null)), long.Parse(words[3], null)));

    public void Dispose() => _file.Dispose();

    private static IEnumerable<string[]> Read(string path, string word) => File.ReadLines(path).Select(line => line.Split(' ')).Where(words => words[0] == word && words[^1] == End);

    private void Write(string line)
    {
        lock (_lock)
        {
            _file.WriteLine($"{line} {End}");
        }
    }
}
