using System.Diagnostics.CodeAnalysis;
using Anywise.EfCore;
using Anywise.EfCore.Dispatching;
using Anywise.EfCore.Inspection;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>Answers questions about an application from its own command line.</summary>
public static class AnywiseHostExtensions
{
    private const string Usage =
        """
        usage: anywise describe             messages with their behaviors and handlers
               anywise describe --mermaid   the picture of what leads to what
        """;

    /// <summary>
    /// If the arguments begin with <c>anywise</c>, answers them (<c>dotnet run -- anywise describe</c>), and the application should end instead of run.
    /// </summary>
    /// <param name="host">The application, built but not started.</param>
    /// <param name="args">The arguments of the program.</param>
    /// <param name="output">Where the answer goes; the console if it is null.</param>
    /// <returns>True if the arguments were meant for Anywise. Arguments that it does not know set the exit code 1.</returns>
    /// <exception cref="InvalidOperationException">The services have no Anywise.</exception>
    [RequiresUnreferencedCode("Reads the code of classes.")]
    public static bool AnswersAnywise(this IHost host, string[] args, TextWriter? output = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(args);
        if (args is not ["anywise", .. var question])
        {
            return false;
        }

        var inspector = host.Services.GetService<IAnywiseInspector>()
            ?? new AnywiseInspector(host.Services.GetService<HandlerRegistry>() ?? throw Errors.NothingToDescribe()); // compiled ahead of time
        var answer = question switch
        {
            ["describe"] => inspector.ToText(),
            ["describe", "--mermaid"] => inspector.ToMermaid(),
            _ => null,
        };
        (output ?? Console.Out).WriteLine((answer ?? Usage).TrimEnd());
        Environment.ExitCode = answer is null ? 1 : 0;
        return true;
    }
}
