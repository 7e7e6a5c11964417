using System.Diagnostics;
using Anywise.Domain;
using Slices.Contracts;
using Slices.Orders;

namespace Slices.Host;

/// <summary>Tells what happens, and crashes in the middle of it if it is asked to.</summary>
[HandlerOrder(-1)]
internal sealed class Narrator(Plug plug, Finish finish) : IEventHandler<PaymentCreated>, IEventHandler<OrderStarted>
{
    public async ValueTask HandleAsync(PaymentCreated @event, CancellationToken cancellationToken)
    {
        await Console.Out.WriteLineAsync($"Payments: {@event.Amount} paid for order {@event.OrderId}");
        if (plug.IsPulled)
        {
            await Console.Out.WriteLineAsync("Somebody pulls the plug. Run it again with 'resume'.");
            using var thisProcess = Process.GetCurrentProcess();
            thisProcess.Kill(); // the payment is committed, and no order is started
        }
    }

    public async ValueTask HandleAsync(OrderStarted @event, CancellationToken cancellationToken)
    {
        await Console.Out.WriteLineAsync($"Orders:   order {@event.OrderId} started");
        finish.Reach();
    }
}

/// <summary>Whether the process is to end when the payment is committed.</summary>
internal sealed record Plug(bool IsPulled);

/// <summary>The end of the story.</summary>
internal sealed class Finish
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Reach() => _reached.TrySetResult();

    public Task WaitAsync() => _reached.Task.WaitAsync(TimeSpan.FromMinutes(1));
}
