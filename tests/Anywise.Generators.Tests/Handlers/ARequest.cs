using Anywise.Generators.Handlers;
using Anywise.Generators.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Anywise.Generators.Tests.Handlers;

/// <summary>ANY001 and ANY002: a command or query has exactly one handler.</summary>
public sealed class ARequest
{
    private const string Start = """
        using Microsoft.Extensions.DependencyInjection;
        public static class Start
        {
            public static void Register(IServiceCollection services) => services.AddAnywise(anywise => { });
        }

        """;

    private const string PlaceHandler = """
        public class PlaceHandler : ICommandHandler<Place> { public ValueTask HandleAsync(Place command, CancellationToken cancellationToken) => default; }

        """;

    private const string ShopHandler = """
        public abstract class ShopHandler<T> : ICommandHandler<T> where T : ICommand { public ValueTask HandleAsync(T command, CancellationToken cancellationToken) => default; }

        """;

    private static readonly Rule NoHandler = new("ANY001", new RequestHandlersAnalyzer());
    private static readonly Rule TwoHandlers = new("ANY002", new RequestHandlersAnalyzer());

    [Test]
    public async Task Without_a_handler_is_an_error_where_Anywise_is_added()
    {
        var messages = await NoHandler.AssertAsync(Start + """
            public sealed record [|Place|] : ICommand;
            public sealed record [|Rename|] : ICommand<string>;
            public sealed record [|Find|] : IQuery<IReadOnlyList<int>>;
            public readonly record struct [|Count|] : IQuery<int>;
            """);

        Assert.That(messages, Has.Some.Contains("'ICommandHandler<Place>'").And.Some.Contains("'ICommandHandler<Rename, string>'")
            .And.Some.Contains("'IQueryHandler<Find, IReadOnlyList<int>>'").And.Some.Contains("'IQueryHandler<Count, int>'"));
    }

    [TestCase("public sealed record Place : ICommand; public class PlaceHandler : ICommandHandler<Place> { public ValueTask HandleAsync(Place command, CancellationToken cancellationToken) => default; }")]
    [TestCase("public abstract record Command : ICommand; public sealed record Get<T> : IQuery<T>; public interface IMine : ICommand; public sealed record Placed : IEvent;")]
    public Task With_a_handler_or_not_to_be_sent_is_fine(string code) => NoHandler.AssertAsync(Start + code);

    [Test]
    public Task Without_a_handler_is_fine_in_a_library_that_does_not_start_anything() => NoHandler.AssertAsync("public sealed record Place : ICommand;");

    [Test]
    public Task Is_handled_by_an_open_generic_class_that_is_registered_closed() => NoHandler.AssertAsync("""
        using Anywise.EfCore;
        using Microsoft.Extensions.DependencyInjection;
        public static class Start
        {
            public static void Register(IServiceCollection services) => services.AddAnywise(anywise => anywise.AddHandler<Any<Place>>());
        }
        public sealed record Place : ICommand;
        public sealed record [|Other|] : ICommand;
        public class Any<T> : ICommandHandler<T> where T : ICommand { public ValueTask HandleAsync(T command, CancellationToken cancellationToken) => default; }
        """);

    [Test]
    public async Task Of_a_reference_may_be_handled_in_any_assembly()
    {
        var messages = Code.Compile("public sealed record Place : ICommand;", "Messages");
        var handlers = Code.Compile("internal " + PlaceHandler.Replace("public class", "class"), "Handlers", messages.ToMetadataReference());

        await NoHandler.AssertAsync(Start + PlaceHandler, messages.ToMetadataReference());
        await NoHandler.AssertAsync(Start, Image(messages), Image(handlers));
        await NoHandler.AssertAsync(Start.Replace("services.AddAnywise(anywise => { })", "[|services.AddAnywise(anywise => { })|]"), Image(messages));
    }

    [Test]
    public async Task Of_a_reference_may_be_handled_by_what_derives_from_a_base_class_of_another_assembly()
    {
        var messages = Code.Compile("public sealed record Place : ICommand;", "Messages");
        var kernel = Code.Compile(ShopHandler, "Kernel");
        var handlers = Code.Compile("internal sealed class PlaceHandler : ShopHandler<Place>;", "Handlers", Image(messages), Image(kernel));

        await NoHandler.AssertAsync(Start, Image(messages), Image(kernel), Image(handlers));
        await TwoHandlers.AssertAsync(Start + PlaceHandler.Replace("PlaceHandler", "[|Rival|]"), Image(messages), Image(kernel), Image(handlers));
    }

    [Test]
    public async Task Of_a_reference_that_knows_Anywise_only_by_other_assemblies_without_a_handler_is_an_error()
    {
        var kernel = Code.Compile("public abstract record ShopCommand : ICommand;", "Kernel");
        var shop = Code.Compile("public abstract record SalesCommand : ShopCommand;", "Sales", Image(kernel));
        var app = Code.Compile("public sealed record Orphan : SalesCommand;", "App", Image(kernel), Image(shop));

        var messages = await NoHandler.AssertAsync(
            Start.Replace("services.AddAnywise(anywise => { })", "[|services.AddAnywise(anywise => { })|]"), Image(app), Image(shop), Image(kernel));

        Assert.That(messages.Single(), Does.StartWith("'Orphan' has no handler"));
    }

    [Test]
    public async Task With_two_handlers_is_an_error_in_every_compilation()
    {
        var messages = await TwoHandlers.AssertAsync("public sealed record Place : ICommand;\n" + PlaceHandler + PlaceHandler.Replace("PlaceHandler", "[|Rival|]"));

        Assert.That(messages.Single(), Does.Contain("'PlaceHandler' and 'Rival'"));
    }

    [Test]
    public Task With_two_handlers_of_which_one_is_inherited_is_an_error() =>
        TwoHandlers.AssertAsync("public sealed record Place : ICommand;\n" + PlaceHandler + "public class [|Second|] : PlaceHandler;");

    [TestCase("public sealed record Placed : IEvent; public class A : IEventHandler<Placed> { public ValueTask HandleAsync(Placed e, CancellationToken c) => default; } public class B : A;")]
    [TestCase("public sealed record Place : ICommand; public abstract class A : ICommandHandler<Place> { public ValueTask HandleAsync(Place e, CancellationToken c) => default; } public class B : A;")]
    public Task With_handlers_that_may_be_several_is_fine(string code) => TwoHandlers.AssertAsync(code);

    [Test]
    public async Task With_two_handlers_in_two_assemblies_is_an_error_where_they_meet()
    {
        var first = Code.Compile("public sealed record Place : ICommand;\n" + PlaceHandler, "First");
        var second = Code.Compile(PlaceHandler.Replace("PlaceHandler", "Rival"), "Second", first.ToMetadataReference());

        await TwoHandlers.AssertAsync(PlaceHandler.Replace("PlaceHandler", "Rival"), first.ToMetadataReference());
        await TwoHandlers.AssertAsync(Start + PlaceHandler.Replace("PlaceHandler", "[|Rival|]"), first.ToMetadataReference());
        await TwoHandlers.AssertAsync(Start.Replace("services.AddAnywise(anywise => { })", "[|services.AddAnywise(anywise => { })|]"), Image(first), Image(second));
    }

    /// <summary>As a project sees another one: without what is private.</summary>
    private static PortableExecutableReference Image(Compilation compilation)
    {
        var image = new MemoryStream();
        Assert.That(compilation.Emit(image, options: new Microsoft.CodeAnalysis.Emit.EmitOptions(metadataOnly: true, includePrivateMembers: false)).Success);
        return MetadataReference.CreateFromImage(image.ToArray());
    }
}
