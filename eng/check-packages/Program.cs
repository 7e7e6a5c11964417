using Anywise.Domain;
using Anywise.Testing;
using Microsoft.Extensions.DependencyInjection;

var services = new ServiceCollection().AddAnywise(anywise => anywise.AddHandlersFrom<Greet>()).BuildServiceProvider();
await services.CreateAsyncScope().ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new Greet("Anna"));
await new RecordingDispatcher().HandleWith(new GreetHandler()).SendAsync(new Greet("Ben"));

internal sealed record Greet(string Name) : ICommand;

internal sealed class GreetHandler : ICommandHandler<Greet>
{
    public async ValueTask HandleAsync(Greet command, CancellationToken cancellationToken) => await Console.Out.WriteLineAsync($"Hello, {command.Name}!");
}
