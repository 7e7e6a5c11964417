using System.Reflection;
using Anywise.Generators.CodeFixes;
using Anywise.Generators.Migration;
using Anywise.Generators.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Anywise.Generators.Tests.Migration;

/// <summary>The package of MediatR 5.1.0, in which a request without an answer still answers <c>Unit</c>.</summary>
public sealed class CodeForAnOldMediatR
{
    private const string Usings = "global using System; global using System.Threading; global using System.Threading.Tasks;";

    private static readonly MetadataReference MediatR = MetadataReference.CreateFromFile(
        typeof(CodeForAnOldMediatR).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(path => path.Key == "MediatR").Value!);

    [Test]
    public async Task Becomes_events_and_their_handlers()
    {
        const string code = "using MediatR;\npublic record Sent : [|INotification|];\n";
        const string handler = "using MediatR;\npublic record Sent : INotification, Anywise.Domain.IEvent;\npublic class OnSent : [|INotificationHandler<Sent>|] { public Task Handle(Sent sent, CancellationToken token) => Task.CompletedTask; }\n";

        Assert.That(await NewRule("ANY101").FixAsync(code, "Make it an 'IEvent' of Anywise"), Is.EqualTo("using Anywise.Domain;\npublic record Sent : IEvent;\n"));
        Assert.That(
            await NewRule("ANY102").FixAsync(handler, "Make it an 'IEventHandler' of Anywise"),
            Does.EndWith("public class OnSent : IEventHandler<Sent> { public ValueTask HandleAsync(Sent sent, CancellationToken token) => ValueTask.CompletedTask; }\n"));
    }

    [Test]
    public async Task Becomes_requests_and_handlers_that_answer()
    {
        const string handler = "using MediatR;\npublic record Get : IRequest<int>, Anywise.Domain.IQuery<int>;\npublic class OnGet : [|IRequestHandler<Get, int>|] { public Task<int> Handle(Get get, CancellationToken token) => Task.FromResult(1); }\n";

        Assert.That(await NewRule("ANY103").FixAsync("using MediatR;\npublic record Get : [|IRequest<int>|];\n", "Make it an 'IQuery' of Anywise"), Is.EqualTo("using Anywise.Domain;\npublic record Get : IQuery<int>;\n"));
        Assert.That(
            await NewRule("ANY104").FixAsync(handler, "Make it an 'IQueryHandler' of Anywise"),
            Does.EndWith("public class OnGet : Anywise.Domain.IQueryHandler<Get, int> { public ValueTask<int> HandleAsync(Get get, CancellationToken token) => ValueTask.FromResult(1); }\n"));
    }

    [Test]
    public async Task Becomes_a_command_without_an_answer_whose_handler_is_left_to_you()
    {
        const string handler = "using MediatR;\npublic record Place : IRequest;\npublic class OnPlace : [|IRequestHandler<Place>|] { public Task<Unit> Handle(Place place, CancellationToken token) => Unit.Task; }\n";

        Assert.That(await NewRule("ANY103").FixAsync("using MediatR;\npublic record Place : [|IRequest|];\n", "Make it an 'ICommand' of Anywise"), Is.EqualTo("using Anywise.Domain;\npublic record Place : ICommand;\n"));
        Assert.That(await NewRule("ANY104").TitlesAsync(handler), Is.Empty);
    }

    [Test]
    public async Task Is_left_alone_in_one_place_when_all_else_of_a_document_is_migrated()
    {
        const string code = """
            using MediatR;
            public record Get : IRequest<int>, Anywise.Domain.IQuery<int>;
            public record Place : IRequest;
            public class OnGet : [|IRequestHandler<Get, int>|] { public Task<int> Handle(Get get, CancellationToken token) => Task.FromResult(1); }
            public class OnPlace : [|IRequestHandler<Place>|] { public Task<Unit> Handle(Place place, CancellationToken token) => Unit.Task; }
            """;

        Assert.That(
            await NewRule("ANY104").FixAllAsync(code, "Make it an 'IQueryHandler' of Anywise"),
            Does.Contain("OnGet : Anywise.Domain.IQueryHandler<Get, int>").And.Contain("OnPlace : IRequestHandler<Place> { public Task<Unit> Handle"));
    }

    private static Rule NewRule(string id) => new(id, new MediatRAnalyzer(), new MediatRFix()) { Usings = Usings, References = [MediatR] };
}
