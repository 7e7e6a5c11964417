using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Anywise.Generators.CodeFixes;
using Anywise.Generators.Migration;
using Anywise.Generators.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Anywise.Generators.Tests.Migration;

/// <summary>A small application of MediatR with several files: what "fix all in solution" leaves to do by hand, and that the result runs.</summary>
public sealed class AWholeProject
{
    private const string Usings = "global using System; global using System.Collections.Generic; global using System.Threading; global using System.Threading.Tasks;";

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
            public interface IMediator
            {
                Task Send(IRequest request, CancellationToken cancellationToken = default);
                Task<TResponse> Send<TResponse>(IRequest<TResponse> request, CancellationToken cancellationToken = default);
                Task Publish(INotification notification, CancellationToken cancellationToken = default);
            }
        }

        namespace Microsoft.Extensions.DependencyInjection
        {
            public static class MediatRServices { public static IServiceCollection AddMediatR(this IServiceCollection services, Action<object> configure) => services; }
        }
        """,
        Usings,
        "MediatR").ToMetadataReference();

    private static readonly Dictionary<string, string> Files = new()
    {
        ["Usings.cs"] = Usings,
        ["Messages.cs"] = """
            using MediatR;

            namespace Shop;

            public sealed record PlaceOrder(string Customer) : IRequest<int>;

            public sealed record CancelOrder(int Number) : IRequest;

            public sealed record OrderPlaced(int Number) : INotification;
            """,
        ["Queries.cs"] = """
            using MediatR;

            namespace Shop;

            public sealed record CustomerOf(int Number) : IRequest<string?>;

            public sealed class CustomerOfHandler(Orders orders) : IRequestHandler<CustomerOf, string?>
            {
                public Task<string?> Handle(CustomerOf request, CancellationToken cancellationToken) => Task.FromResult(orders.Customers.GetValueOrDefault(request.Number));
            }
            """,
        ["Handlers.cs"] = """
            namespace Shop
            {
                using MediatR;

                public sealed class Orders
                {
                    public Dictionary<int, string> Customers { get; } = [];

                    public List<string> Mails { get; } = [];
                }

                public sealed class OrderHandler(Orders orders, IMediator mediator) : IRequestHandler<PlaceOrder, int>, IRequestHandler<CancelOrder>
                {
                    public async Task<int> Handle(PlaceOrder request, CancellationToken cancellationToken)
                    {
                        orders.Customers.Add(orders.Customers.Count + 1, request.Customer);
                        await mediator.Publish(new OrderPlaced(orders.Customers.Count), cancellationToken);
                        return orders.Customers.Count;
                    }

                    public Task Handle(CancelOrder request, CancellationToken cancellationToken)
                    {
                        orders.Customers.Remove(request.Number);
                        return Task.CompletedTask;
                    }
                }

                internal sealed class MailHandler(Orders orders) : INotificationHandler<OrderPlaced>
                {
                    public Task Handle(OrderPlaced notification, CancellationToken cancellationToken)
                    {
                        orders.Mails.Add($"order {notification.Number} is placed");
                        return Task.CompletedTask;
                    }
                }
            }
            """,
        ["Program.cs"] = """
            using MediatR;
            using Microsoft.Extensions.DependencyInjection;

            namespace Shop;

            public static class Program
            {
                public static async Task<string> RunAsync()
                {
                    await using var services = new ServiceCollection().AddSingleton<Orders>().AddMediatR(_ => { }).BuildServiceProvider();
                    await using var scope = services.CreateAsyncScope();
                    var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
                    var number = await mediator.Send(new PlaceOrder("Ada"));
                    var customer = await mediator.Send(new CustomerOf(number));
                    await mediator.Send(new CancelOrder(number));
                    return $"{customer}: {string.Join(", ", services.GetRequiredService<Orders>().Mails)}; then {await mediator.Send(new CustomerOf(number)) ?? "nobody"}";
                }
            }
            """,
    };

    /// <summary>The rows of the table in docs/from-mediatr.md that no fix does.</summary>
    private static readonly (string Before, string After)[] ByHand =
    [
        (".AddMediatR(_ => { })", ".AddAnywise(anywise => anywise.AddHandlersFrom<Orders>())"),
        ("IMediator", "IDispatcher"),
        (".Send(", ".SendAsync("),
        (".Publish(", ".PublishAsync("),
    ];

    [Test]
    public async Task Is_turned_into_one_of_Anywise_that_runs()
    {
        var project = Open();
        Code.AssertCompiles((await project.GetCompilationAsync())!);

        project = await FixAllAsync(project, "ANY101", "IEvent");
        project = await FixAllAsync(project, "ANY102", "IEventHandler");
        project = await FixAllAsync(project, "ANY103", "IQuery", document: "Queries.cs");
        project = await FixAllAsync(project, "ANY103", "ICommand");
        project = await FixAllAsync(project, "ANY104", "ICommandHandler");

        Assert.That(await FindAsync(project, "ANY101", "ANY102", "ANY103", "ANY104"), Is.Empty);
        Assert.That((await WrongCallsAsync(project)).Distinct(), Is.EquivalentTo(new[] { "Publish", "Send" }));

        var compilation = Generation.Generate((await (await EditAsync(project)).GetCompilationAsync())!);
        Assert.That(compilation.GetDiagnostics().Where(found => found.Severity >= DiagnosticSeverity.Warning), Is.Empty);
        Assert.That(await RunAsync(compilation), Is.EqualTo("Ada: order 1 is placed; then nobody"));
    }

    private static Project Open()
    {
        var project = new AdhocWorkspace().AddProject("Shop", LanguageNames.CSharp)
            .WithParseOptions(Code.Language)
            .WithCompilationOptions(Code.Options)
            .WithMetadataReferences([.. Code.Platform, MediatR]);
        return Files.Aggregate(project, (all, file) => all.AddDocument(file.Key, SourceText.From(file.Value.ReplaceLineEndings("\n")), filePath: file.Key).Project);
    }

    private static async Task<Project> FixAllAsync(Project project, string rule, string target, string? document = null)
    {
        var found = (await FindAsync(project, rule)).Where(diagnostic => document is null || diagnostic.Location.SourceTree!.FilePath == document).ToImmutableArray();
        Assert.That(found, Is.Not.Empty);
        var fix = new MediatRFix();
        var (scope, first) = (document is null ? FixAllScope.Solution : FixAllScope.Document, project.GetDocument(found[0].Location.SourceTree)!);
        var all = new FixAllContext(first, fix, scope, target, [rule], new Found(found), CancellationToken.None);
        var action = (await fix.GetFixAllProvider().GetFixAsync(all))!;
        var change = (await action.GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>().Single();
        return change.ChangedSolution.GetProject(project.Id)!;
    }

    private static async Task<ImmutableArray<Diagnostic>> FindAsync(Project project, params string[] rules)
    {
        var analyzed = (await project.GetCompilationAsync())!.WithAnalyzers([new MediatRAnalyzer()]);
        return [.. (await analyzed.GetAnalyzerDiagnosticsAsync()).Where(diagnostic => rules.Contains(diagnostic.Id))];
    }

    /// <summary>The calls at which the compiler finds errors, or an error that is at none.</summary>
    private static async Task<IEnumerable<string>> WrongCallsAsync(Project project)
    {
        var errors = (await project.GetCompilationAsync())!.GetDiagnostics().Where(found => found.Severity == DiagnosticSeverity.Error).ToList();
        return errors.Select(error => new[] { "Publish", "Send" }.FirstOrDefault(
            call => error.Location.SourceTree!.GetText().Lines.GetLineFromPosition(error.Location.SourceSpan.Start).ToString().Contains($".{call}(", StringComparison.Ordinal)) ?? error.ToString());
    }

    private static async Task<Project> EditAsync(Project project)
    {
        foreach (var name in new[] { "Program.cs", "Handlers.cs" })
        {
            var document = project.Documents.Single(document => document.Name == name);
            var text = ByHand.Aggregate((await document.GetTextAsync()).ToString(), (code, step) => code.Replace(step.Before, step.After));
            text = text.Replace("using MediatR;", text.Contains("using Anywise.Domain;", StringComparison.Ordinal) ? "" : "using Anywise.Domain;");
            project = document.WithText(SourceText.From(text)).Project;
        }

        return project;
    }

    private static async Task<string> RunAsync(Compilation compilation)
    {
        using var image = new MemoryStream();
        Assert.That(compilation.Emit(image).Success);
        image.Position = 0;
        var context = new AssemblyLoadContext("Shop", isCollectible: true);
        try
        {
            var run = context.LoadFromStream(image).GetType("Shop.Program")!.GetMethod("RunAsync", BindingFlags.Public | BindingFlags.Static)!;
            return await (Task<string>)run.Invoke(null, null)!;
        }
        finally
        {
            context.Unload();
        }
    }

    private sealed class Found(ImmutableArray<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            Task.FromResult(diagnostics.Where(diagnostic => diagnostic.Location.SourceTree!.FilePath == document.FilePath));

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}
