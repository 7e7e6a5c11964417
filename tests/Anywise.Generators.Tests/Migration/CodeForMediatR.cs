using Anywise.Generators.CodeFixes;
using Anywise.Generators.Migration;
using Anywise.Generators.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Anywise.Generators.Tests.Migration;

/// <summary>ANY101 to ANY104: messages and handlers of MediatR, and what their fixes make of them.</summary>
public sealed class CodeForMediatR
{
    private const string Usings = "global using System; global using System.Collections.Generic; global using System.Threading; global using System.Threading.Tasks;";

    /// <summary>The types of MediatR with its signatures, and messages that belong to both, as they do between the steps of a migration.</summary>
    private static readonly MetadataReference MediatR = Code.Compile(
        """
        namespace MediatR
        {
            public interface INotification;
            public interface IRequest;
            public interface IRequest<out TResponse>;
            public interface INotificationHandler<in TNotification> where TNotification : INotification { Task Handle(TNotification notification, CancellationToken cancellationToken); }
            public interface IRequestHandler<in TRequest> where TRequest : IRequest { Task Handle(TRequest request, CancellationToken cancellationToken); }
            public interface IRequestHandler<in TRequest, TResponse> where TRequest : IRequest<TResponse> { Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken); }
            public readonly struct Unit;
        }

        public record Placed : MediatR.INotification, Anywise.Domain.IEvent;
        public record Find : MediatR.IRequest<int>, Anywise.Domain.IQuery<int>;
        public record Take : MediatR.IRequest<int>, Anywise.Domain.ICommand<int>;
        """,
        Usings,
        "MediatR").ToMetadataReference();

    private static readonly Rule Notification = NewRule("ANY101");
    private static readonly Rule NotificationHandler = NewRule("ANY102");
    private static readonly Rule Request = NewRule("ANY103");
    private static readonly Rule RequestHandler = NewRule("ANY104");

    [Test]
    public async Task Is_found_by_its_interfaces()
    {
        const string code = """
            using MediatR;
            public record Sent : {0};
            public record Place : {1};
            public record Get : {2};
            public class OnSent : {3} {{ public Task Handle(Sent notification, CancellationToken cancellationToken) => Task.CompletedTask; }}
            public class OnPlace : {4} {{ public Task Handle(Place request, CancellationToken cancellationToken) => Task.CompletedTask; }}
            public class OnGet : {5} {{ public Task<int> Handle(Get request, CancellationToken cancellationToken) => Task.FromResult(1); }}
            """;
        string[] interfaces = ["INotification", "IRequest", "IRequest<int>", "INotificationHandler<Sent>", "IRequestHandler<Place>", "IRequestHandler<Get, int>"];

        foreach (var (rule, places) in new[] { (Notification, new[] { 0 }), (Request, [1, 2]), (NotificationHandler, [3]), (RequestHandler, [4, 5]) })
        {
            await rule.AssertAsync(string.Format(null, code, [.. interfaces.Select((name, place) => places.Contains(place) ? $"[|{name}|]" : name)]));
        }
    }

    [Test]
    public Task Of_another_library_with_the_same_names_is_left_alone() =>
        Notification.AssertAsync("public interface INotification; public record Paid : INotification; namespace Other.MediatR { public interface INotification; public record Sent : INotification; }");

    [Test]
    public Task Becomes_an_event() => AssertFixAsync(
        Notification,
        "Make it an 'IEvent' of Anywise",
        "using MediatR;\n\npublic record Paid(int Size) : [|INotification|], IComparable<Paid> { public int CompareTo(Paid? other) => 0; }",
        "using Anywise.Domain;\n\npublic record Paid(int Size) : IEvent, IComparable<Paid> { public int CompareTo(Paid? other) => 0; }");

    [TestCase("IRequest", "ICommand", "ICommand")]
    [TestCase("IRequest<string?>", "ICommand", "ICommand<string?>")]
    [TestCase("IRequest<List<int>>", "IQuery", "IQuery<List<int>>")]
    [TestCase("MediatR.IRequest<int>", "IQuery", "IQuery<int>")]
    [TestCase("global::MediatR.IRequest<int>", "ICommand", "ICommand<int>")]
    public Task Becomes_a_command_or_a_query(string before, string target, string after) => AssertFixAsync(
        Request, $"Make it an '{target}' of Anywise", $"using MediatR;\npublic record Place : [|{before}|];", $"using Anywise.Domain;\npublic record Place : {after};");

    [Test]
    public async Task Offers_a_query_only_where_there_is_an_answer()
    {
        Assert.That(await Request.TitlesAsync("using MediatR; public record Place : [|IRequest|];"), Has.Count.EqualTo(1));
        Assert.That(await Request.TitlesAsync("using MediatR; public record Place : [|IRequest<int>|];"), Has.Count.EqualTo(2));
    }

    [TestCase("public Task Handle(Placed placed, CancellationToken token) => Task.CompletedTask;", "public ValueTask HandleAsync(Placed placed, CancellationToken token) => ValueTask.CompletedTask;")]
    [TestCase("public async Task Handle(Placed placed, CancellationToken token) { await Task.Yield(); return; }", "public async ValueTask HandleAsync(Placed placed, CancellationToken token) { await Task.Yield(); return; }")]
    [TestCase("public Task Handle(Placed placed, CancellationToken token) { Func<Task> later = () => { return Task.CompletedTask; }; return later(); }", "public ValueTask HandleAsync(Placed placed, CancellationToken token) { Func<Task> later = () => { return Task.CompletedTask; }; return new ValueTask(later()); }")]
    [TestCase("public Task Handle(Placed placed, CancellationToken token) => throw new NotSupportedException();", "public ValueTask HandleAsync(Placed placed, CancellationToken token) => throw new NotSupportedException();")]
    [TestCase("Task INotificationHandler<Placed>.Handle(Placed placed, CancellationToken token) => Task.Delay(1, token);", "ValueTask IEventHandler<Placed>.HandleAsync(Placed placed, CancellationToken token) => new ValueTask(Task.Delay(1, token));")]
    public Task Becomes_an_event_handler_with_its_method(string before, string after) => AssertFixAsync(
        NotificationHandler,
        "Make it an 'IEventHandler' of Anywise",
        "using MediatR;\n/// <summary>Text.</summary>\npublic class Handler : [|INotificationHandler<Placed>|]\n{\n    // why\n    " + before + "\n}",
        "using Anywise.Domain;\n/// <summary>Text.</summary>\npublic class Handler : IEventHandler<Placed>\n{\n    // why\n    " + after + "\n}");

    [TestCase("public Task<int> Handle(Find find, CancellationToken token) => Task.FromResult(1);", "public ValueTask<int> HandleAsync(Find find, CancellationToken token) => ValueTask.FromResult(1);")]
    [TestCase("public System.Threading.Tasks.Task<int> Handle(Find find, CancellationToken token) { if (token.CanBeCanceled) { return Other(); } return Task.FromResult<int>(1); } static Task<int> Other() => Task.FromResult(2);", "public System.Threading.Tasks.ValueTask<int> HandleAsync(Find find, CancellationToken token) { if (token.CanBeCanceled) { return new ValueTask<int>(Other()); } return ValueTask.FromResult<int>(1); } static Task<int> Other() => Task.FromResult(2);")]
    public Task Becomes_a_handler_that_answers(string before, string after) => AssertFixAsync(
        RequestHandler,
        "Make it an 'IQueryHandler' of Anywise",
        "using MediatR;\npublic class Handler : [|IRequestHandler<Find, int>|] { " + before + " }",
        "using Anywise.Domain;\npublic class Handler : IQueryHandler<Find, int> { " + after + " }");

    [Test]
    public async Task Follows_the_request_of_a_handler_where_that_is_migrated()
    {
        const string handler = "using MediatR;\npublic class Handler : [|IRequestHandler<Find, int>|] { public Task<int> Handle(Find find, CancellationToken token) => Task.FromResult(1); }\n";

        Assert.That(await RequestHandler.TitlesAsync(handler), Is.EqualTo(new[] { "Make it an 'IQueryHandler' of Anywise" }));
        Assert.That(await RequestHandler.TitlesAsync(handler.Replace("Find", "Take")), Is.EqualTo(new[] { "Make it an 'ICommandHandler' of Anywise" }));
        Assert.That(await RequestHandler.TitlesAsync(handler.Replace("Find", "Get") + "public record Get : IRequest<int>;"), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Follows_each_request_when_a_document_is_migrated_as_a_whole()
    {
        const string handler = "public class {0}Handler : [|IRequestHandler<{0}, int>|] {{ public Task<int> Handle({0} asked, CancellationToken token) => Task.FromResult(1); }}\n";
        var code = "using MediatR;\n" + string.Format(null, handler, "Take") + string.Format(null, handler, "Find");

        var changed = await RequestHandler.FixAllAsync(code, "Make it an 'ICommandHandler' of Anywise");

        Assert.That(changed, Does.StartWith("using Anywise.Domain;\npublic class TakeHandler : ICommandHandler<Take, int>").And.Contain("\npublic class FindHandler : IQueryHandler<Find, int>"));
    }

    [Test]
    public async Task Keeps_the_using_of_MediatR_while_something_needs_it()
    {
        const string code = "using MediatR;\npublic record Paid : [|INotification|];\npublic record Sent : INotification;\n";

        Assert.That(await Notification.FixAsync(code, "Make it an 'IEvent' of Anywise"), Does.StartWith("using Anywise.Domain;\nusing MediatR;\npublic record Paid : IEvent;\npublic record Sent : INotification;"));
    }

    [Test]
    public async Task Writes_the_whole_name_where_the_usings_would_contradict_each_other()
    {
        const string code = "using MediatR;\npublic record Place : [|IRequest<int>|];\npublic record Find : IRequest<string>;\n";

        Assert.That(await Request.FixAsync(code, "Make it an 'ICommand' of Anywise"), Does.StartWith("using MediatR;\npublic record Place : Anywise.Domain.ICommand<int>;\npublic record Find : IRequest<string>;"));
    }

    [Test]
    public async Task Is_found_and_mended_where_both_are_imported_and_the_compiler_cannot_tell_them_apart()
    {
        const string code = "using Anywise.Domain;\nusing MediatR;\npublic record Get : [|IRequest<int>|];\n";

        Assert.That(await Request.FixAsync(code, "Make it an 'IQuery' of Anywise", compilesBefore: false), Is.EqualTo("using Anywise.Domain;\npublic record Get : IQuery<int>;\n"));
    }

    [Test]
    public async Task Is_migrated_as_a_whole_document()
    {
        const string code = "using MediatR;\npublic record Place : [|IRequest|];\npublic record Find : [|IRequest<int>|];\n";

        Assert.That(await Request.FixAllAsync(code, "Make it an 'ICommand' of Anywise"), Does.StartWith("using Anywise.Domain;\npublic record Place : ICommand;\npublic record Find : ICommand<int>;"));
    }

    internal static Rule NewRule(string id) => new(id, new MediatRAnalyzer(), new MediatRFix()) { Usings = Usings, References = [MediatR] };

    private static async Task AssertFixAsync(Rule rule, string title, string before, string after) =>
        Assert.That(await rule.FixAsync(before, title), Is.EqualTo(after));
}
