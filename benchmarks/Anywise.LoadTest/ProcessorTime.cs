namespace Anywise.LoadTest;

/// <summary>The processor time of other processes, as Linux tells it. Beside other work it says more than a clock does.</summary>
internal static class ProcessorTime
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>Of a process and its children, also those that have ended; zero on other systems.</summary>
    public static TimeSpan OfFamily(int process) =>
        !OperatingSystem.IsLinux() ? TimeSpan.Zero
        : Tick * Directory.EnumerateDirectories("/proc", "*").Where(folder => char.IsDigit(Path.GetFileName(folder)[0])).Sum(folder => TicksOf(folder, process));

    private static long TicksOf(string folder, int process)
    {
        try
        {
            var stat = File.ReadAllText(Path.Combine(folder, "stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' '); // from the third on: the second is a name that may have spaces
            var own = long.Parse(fields[11]) + long.Parse(fields[12]);
            return Path.GetFileName(folder) == $"{process}" ? own + long.Parse(fields[13]) + long.Parse(fields[14])
                : fields[1] == $"{process}" ? own
                : 0;
        }
        catch (IOException)
        {
            return 0; // it has ended meanwhile
        }
    }
}
