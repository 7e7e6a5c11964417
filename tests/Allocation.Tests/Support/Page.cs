using System.Runtime.CompilerServices;

namespace Allocation.Tests.Support;

/// <summary>The pages of the documentation, as they are in the repository.</summary>
internal static class Page
{
    /// <param name="path">From the root of the repository.</param>
    public static Task<string> ReadAsync(string path) => File.ReadAllTextAsync(Path.Combine(Root(), path));

    private static string Root([CallerFilePath] string thisFile = "")
    {
        var folder = new DirectoryInfo(File.Exists(thisFile) ? Path.GetDirectoryName(thisFile)! : AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Anywise.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
