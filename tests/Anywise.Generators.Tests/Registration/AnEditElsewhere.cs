using System.Collections.Immutable;
using Anywise.Generators.Registration;
using Anywise.Generators.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Anywise.Generators.Tests.Registration;

/// <summary>The generator runs on each key stroke: what did not change is not made again.</summary>
public sealed class AnEditElsewhere
{
    private const string Handlers = """
        public sealed record Placed : IDomainEvent;
        public sealed class Handler : IEventHandler<Placed> { public ValueTask HandleAsync(Placed placed, CancellationToken cancellationToken) => default; }
        """;

    private static readonly string OtherHandlers = Handlers.Replace("Placed", "Paid").Replace("Handler :", "OtherHandler :");

    [TestCase("public sealed class Unrelated { public int Count => 2; }", "public sealed class Unrelated { public int Count => 3; }")]
    [TestCase("public sealed class Unrelated : IDisposable { public void Dispose() { } }", "public sealed class Unrelated : IAsyncDisposable { public ValueTask DisposeAsync() => default; }")]
    public void Leaves_the_list_as_it_was(string before, string after)
    {
        var steps = StepsAfter(before, after);

        Assert.That(ReasonsOf(steps[HandlerListGenerator.EntriesStep]), Is.SubsetOf(new[] { IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Removed }));
        Assert.That(ReasonsOf(steps[HandlerListGenerator.ListStep]), Is.SubsetOf(new[] { IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Cached }));
    }

    [Test]
    public void In_the_body_of_a_handler_leaves_the_list_as_it_was()
    {
        var steps = StepsAfter(OtherHandlers, OtherHandlers.Replace("default", "ValueTask.CompletedTask"));

        Assert.That(ReasonsOf(steps[HandlerListGenerator.ListStep]), Is.SubsetOf(new[] { IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Cached }));
    }

    [Test]
    public void That_adds_a_handler_changes_the_list()
    {
        var steps = StepsAfter("", OtherHandlers);

        Assert.That(ReasonsOf(steps[HandlerListGenerator.ListStep]), Is.EqualTo(new[] { IncrementalStepRunReason.Modified }));
    }

    private static ImmutableDictionary<string, ImmutableArray<IncrementalGeneratorRunStep>> StepsAfter(string before, string after)
    {
        var other = CSharpSyntaxTree.ParseText(before, Code.Language, "Other.cs");
        var compilation = Code.Compile(Handlers).AddSyntaxTrees(other);
        var driver = Generation.NewDriver().RunGenerators(compilation);

        var edited = compilation.ReplaceSyntaxTree(other, CSharpSyntaxTree.ParseText(after, Code.Language, "Other.cs"));
        return driver.RunGenerators(edited).GetRunResult().Results.Single().TrackedSteps;
    }

    private static IEnumerable<IncrementalStepRunReason> ReasonsOf(IEnumerable<IncrementalGeneratorRunStep> steps) =>
        steps.SelectMany(step => step.Outputs).Select(output => output.Reason);
}
