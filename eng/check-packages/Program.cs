using Anywise.Domain;
using Microsoft.Extensions.DependencyInjection;

var services = new ServiceCollection().AddAnywise(anywise => anywise.AddHandlersFrom<Greet>()).BuildServiceProvider();
await services.CreateAsyncScope().ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new Greet("Anna"));

internal sealed record Greet(string Name) : ICommand;

internal sealed class GreetHandler : ICommandHandler<Greet>
{
    public async ValueTask HandleAsync(Greet command, CancellationToken cancellationToken) => await Console.Out.WriteLineAsync($"Hello, {command.Name}!");
}
