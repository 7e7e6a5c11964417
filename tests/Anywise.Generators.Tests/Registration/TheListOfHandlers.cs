using Anywise.Generators.Tests.Support;

namespace Anywise.Generators.Tests.Registration;

/// <summary>What is written into an assembly.</summary>
public sealed class TheListOfHandlers
{
    private const string Placed = "public sealed record Placed : IDomainEvent;\n";

    [Test]
    public void Names_each_handler_with_its_messages_by_a_generic_call()
    {
        var list = ListOf("""
            namespace Shop;
            public sealed record Place(string Name) : ICommand;
            public sealed record Rename(string Name) : ICommand<string?>;
            public sealed record Count : IQuery<IReadOnlyList<int>>;
            public sealed record Placed : IDomainEvent;
            internal sealed class All : ICommandHandler<Place>, ICommandHandler<Rename, string?>, IQueryHandler<Count, IReadOnlyList<int>>,
                IEventHandler<Placed>, IBeforeCommitHandler<Placed>
            {
                public ValueTask HandleAsync(Place command, CancellationToken cancellationToken) => default;
                public ValueTask<string?> HandleAsync(Rename command, CancellationToken cancellationToken) => default;
                public ValueTask<IReadOnlyList<int>> HandleAsync(Count query, CancellationToken cancellationToken) => new([]);
                public ValueTask HandleAsync(Placed @event, CancellationToken cancellationToken) => default;
                public ValueTask HandleAsync(Placed @event, IUnitOfWork unitOfWork, CancellationToken cancellationToken) => default;
            }
            """);

        Assert.That(CallsOf(list), Is.EqualTo(new[]
        {
            "catalog.AddBeforeCommitHandler<global::Shop.Placed, global::Shop.All>(0);",
            "catalog.AddCommandHandler<global::Shop.Place, global::Shop.All>();",
            "catalog.AddCommandHandler<global::Shop.Rename, string?, global::Shop.All>();",
            "catalog.AddEventHandler<global::Shop.Placed, global::Shop.All>(0);",
            "catalog.AddQueryHandler<global::Shop.Count, global::System.Collections.Generic.IReadOnlyList<int>, global::Shop.All>();",
        }));
    }

    [Test]
    public void Gives_the_order_of_a_handler_as_a_number() =>
        Assert.That(CallsOf(ListOf(Placed + "[HandlerOrder(-3)] " + Handler("First"))), Is.EqualTo(new[] { "catalog.AddEventHandler<global::Placed, global::First>(-3);" }));

    [Test]
    public void Does_not_inherit_the_order_of_a_base_class()
    {
        var list = ListOf(Placed + "[HandlerOrder(5)] " + Handler("Base", "class") + "public class Derived : Base;");

        Assert.That(CallsOf(list), Is.EqualTo(new[]
        {
            "catalog.AddEventHandler<global::Placed, global::Base>(5);",
            "catalog.AddEventHandler<global::Placed, global::Derived>(0);",
        }));
    }

    [Test]
    public void Names_a_class_in_several_parts_once()
    {
        var list = ListOf(Placed + "public interface IMarked; public partial class Parts : IMarked;\n" + Handler("Parts", "partial class"));

        Assert.That(CallsOf(list), Has.Length.EqualTo(1));
    }

    [Test]
    public void Names_nested_classes_and_records()
    {
        var list = ListOf(Placed + $"public class Outer {{ internal class Inner {{ {Handler("Nested")} }} }} {Handler("Written", "sealed record")}");

        Assert.That(CallsOf(list), Is.EqualTo(new[]
        {
            "catalog.AddEventHandler<global::Placed, global::Outer.Inner.Nested>(0);",
            "catalog.AddEventHandler<global::Placed, global::Written>(0);",
        }));
    }

    [Test]
    public void Leaves_out_what_the_search_at_start_leaves_out_too()
    {
        var list = ListOf(Placed + Handler("Abstract", "abstract class") + Handler("Open<T>") + $"public class Outer<T> {{ {Handler("InOpen")} }} "
            + Handler("Value", "struct") + Handler("Closed"));

        Assert.That(CallsOf(list), Is.EqualTo(new[] { "catalog.AddEventHandler<global::Placed, global::Closed>(0);" }));
    }

    [TestCase("public class Outer { private sealed class Hidden : IEventHandler<Placed> { public ValueTask HandleAsync(Placed e, CancellationToken c) => default; } }")]
    [TestCase("file sealed class Hidden : IEventHandler<Placed> { public ValueTask HandleAsync(Placed e, CancellationToken c) => default; }")]
    [TestCase("[Obsolete(\"gone\", true)] public sealed class Hidden : IEventHandler<Placed> { public ValueTask HandleAsync(Placed e, CancellationToken c) => default; }")]
    [TestCase("""
        public class Outer
        {
            private sealed record Secret : IEvent;
            internal sealed class OfSecret : IEventHandler<Secret> { ValueTask IEventHandler<Secret>.HandleAsync(Secret e, CancellationToken c) => default; }
        }
        """)]
    public void Is_not_written_where_it_could_not_name_all_handlers(string hidden)
    {
        Assert.That(ListOf(Placed + Handler("Visible")), Is.Not.Null);
        Assert.That(ListOf(Placed + Handler("Visible") + hidden), Is.Null);
    }

    [Test]
    public void Is_not_written_where_there_are_no_handlers() => Assert.That(ListOf(Placed), Is.Null);

    [Test]
    public void Compiles_though_a_handler_is_marked_as_obsolete_or_experimental() =>
        Assert.That(CallsOf(ListOf(Placed + "[Obsolete(\"old\")] " + Handler("Old")
            + "[System.Diagnostics.CodeAnalysis.Experimental(\"EXP1\")] " + Handler("New"))), Has.Length.EqualTo(2));

    [Test]
    public void Compiles_though_the_names_of_the_code_are_those_of_namespaces()
    {
        var list = ListOf(Placed + "namespace Shop { public static class System; public static class Anywise; " + Handler("Handler").Replace("System.", "") + " } ");

        Assert.That(CallsOf(list), Has.Length.EqualTo(1));
    }

    [Test]
    public void Does_not_collide_with_the_list_of_a_friend()
    {
        var friend = Generation.Generate(Code.Compile(
            "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"Code\")]\n" + Placed + Handler("Friendly", "class"), "Friend"));

        var list = Generation.ListOf(Code.Compile("internal sealed class Mine : Friendly;", "Code", friend.ToMetadataReference()));

        Assert.That(CallsOf(list), Is.EqualTo(new[] { "catalog.AddEventHandler<global::Placed, global::Mine>(0);" }));
    }

    private static string? ListOf(string code) => Generation.ListOf(Code.Compile(code));

    private static string Handler(string name, string kind = "sealed class") =>
        $"public {kind} {name} : IEventHandler<Placed> {{ public ValueTask HandleAsync(Placed placed, CancellationToken cancellationToken) => default; }}\n";

    private static string[] CallsOf(string? list) =>
        [.. list!.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("catalog.", StringComparison.Ordinal))];
}
