using System.Runtime.CompilerServices;
using Anywise.Aot;
using Anywise.Domain;
using Anywise.EfCore.Inspection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var log = new LogLines();
var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
builder.Logging.AddProvider(log);
builder.Services
    .AddSingleton<Journal>()
    .AddSingleton<Stock>()
    .AddAnywiseDispatcher(anywise =>
    {
        anywise.AddHandlersFrom<Program>()
            .AddBehavior<Audit, ICommand, Unit>()
            .AddBehavior<Doubling<CountOf>, CountOf, int>()
            .AddBehavior<Around, StockEvent, Unit>();
        anywise.IsConflict = failure => failure is TimeoutException;
        anywise.MaxCascadeDepth = 5;
    });
using var host = builder.Build();
await host.StartAsync();

var journal = host.Services.GetRequiredService<Journal>();
await using var scope = host.Services.CreateAsyncScope();
var dispatcher = scope.ServiceProvider.GetRequiredService<IDispatcher>();
var context = scope.ServiceProvider.GetRequiredService<MessageContext>();
context.Set(new User("Ada"));

await dispatcher.SendAsync(new Place("chair", 3));
Expect.Lines(journal, "a command, its behavior, and two handlers of its event, each with its behavior", "audit of Place", "around Placed", "mail about Placed", "around Placed", "view of 3 chair at depth 2 by Ada");

Expect.Equal("a query with a behavior around a value type", 6, await dispatcher.SendAsync(new CountOf("chair")));
Expect.Lines(journal, "a behavior of a generic class", "doubling of CountOf");
Expect.Equal("a query that answers with an object", "the chair", await dispatcher.SendAsync(new NameOf("chair")));

var reservation = await dispatcher.SendAsync(new Reserve("chair"));
Expect.Equal("a command that answers with a struct and knows its cause", (context.MessageId, 1), (reservation.Cause, reservation.Depth));
Expect.Equal("an id of each message", true, reservation.Message != context.MessageId && reservation.Message.Version == 7);

Expect.Equal("a command that is tried again", 3, await dispatcher.SendAsync(new Contested()));

await dispatcher.PublishAsync(new Failing());
Expect.Lines(journal, "an event whose other handler failed", "after the failure");
Expect.Equal("a failure in the log", true, log.Lines.Exists(line => line.StartsWith("'FailingHandler' failed to handle 'Failing'", StringComparison.Ordinal)));

await dispatcher.PublishAsync(new Endless());
Expect.Lines(journal, "events that cause each other for ever", "again", "again", "again", "again", "again");
Expect.Equal("a limit in the log", true, log.Lines.Exists(line => line.Contains("Endless → Endless", StringComparison.Ordinal)));

await Expect.FailureAsync<InvalidOperationException>("'Unheard' was sent, but has no handler.", () => dispatcher.SendAsync(new Unheard()));
await Expect.FailureAsync<NotSupportedException>("not today", () => dispatcher.SendAsync(new Refused()));
await Expect.FailureAsync<ArgumentNullException>("Value cannot be null.", () => dispatcher.SendAsync((ICommand)null!));
await Expect.FailureAsync<TaskCanceledException>("A task was canceled.", () => dispatcher.SendAsync(new Place("chair", 1), new CancellationToken(canceled: true)));
await Expect.FailureAsync<InvalidOperationException>(
    "The assembly 'System.Private.CoreLib' has no handlers", () => Register(anywise => anywise.AddHandlersFrom<string>()), aheadOfTime: "The handlers of the assembly 'System.Private.CoreLib' are not known");
await Expect.FailureAsync<InvalidOperationException>(
    "'Program' handles nothing.", () => Register(anywise => anywise.AddHandler<Program>()), aheadOfTime: "What 'Program' handles is not known");

Expect.Equal("an inspector only where there is code to read", RuntimeFeature.IsDynamicCodeSupported, host.Services.GetService<IAnywiseInspector>() is not null);
Expect.Equal("no assembly of EF Core", false, AppDomain.CurrentDomain.GetAssemblies().Any(assembly => assembly.GetName().Name!.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal)));
await host.StopAsync();
Console.WriteLine("All of it works.");

static ValueTask Register(Action<Anywise.EfCore.AnywiseBuilder> configure)
{
    new ServiceCollection().AddAnywiseDispatcher(configure);
    return default;
}
