using System.Diagnostics.CodeAnalysis;
using System.Text;
using Anywise.Domain;

namespace Anywise.EfCore.Inspection;

/// <summary>Draws the graph of messages.</summary>
[RequiresUnreferencedCode("Reads the code of classes.")]
internal static class Mermaid
{
    public static string Draw(MessageGraph graph)
    {
        var numbers = graph.Nodes.Select((node, number) => (node, number)).ToDictionary(pair => pair.node, pair => pair.number);
        var text = new StringBuilder("flowchart LR\n");
        foreach (var (node, number) in numbers)
        {
            text.Append($"    n{number}{Shape(node)}\n");
        }

        foreach (var (from, to) in from node in graph.Nodes from to in node.Next select (node, to))
        {
            text.Append($"    n{numbers[from]} -->{(MessageGraph.IsInLoop(from, to) ? "|loop|" : "")} n{numbers[to]}\n");
        }

        return text
            .Append("    classDef command fill:#cfe2ff,stroke:#084298,color:#000\n")
            .Append("    classDef aggregate fill:#fff3cd,stroke:#997404,color:#000\n")
            .Append("    classDef event fill:#ffe5d0,stroke:#984c0c,color:#000\n")
            .Append("    classDef handler fill:#e2e3e5,stroke:#41464b,color:#000\n")
            .Append("    classDef unhandled fill:#f8d7da,stroke:#842029,color:#000,stroke-dasharray: 5 5\n")
            .ToString();
    }

    private static string Shape(MessageNode node) => node.Message switch
    {
        null when node.IsAggregate => $"[[\"{Label(node)}\"]]:::aggregate",
        null => $"(\"{Label(node)}\"):::handler",
        { Kind: MessageKind.Command, IsUnhandled: true } => $"[\"{Label(node)} (nobody handles it)\"]:::unhandled",
        { Kind: MessageKind.Command } => $"[\"{Label(node)}\"]:::command",
        { IsUnhandled: true } => $"([\"{Label(node)} (nobody handles it)\"]):::unhandled",
        _ => $"([\"{Label(node)}\"]):::event",
    };

    /// <summary>What draws it would take the brackets of type arguments for a tag of HTML.</summary>
    private static string Label(MessageNode node) =>
        node.Type.ReadableName().Replace("<", "#lt;", StringComparison.Ordinal).Replace(">", "#gt;", StringComparison.Ordinal);
}
