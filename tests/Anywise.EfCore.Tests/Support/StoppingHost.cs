using Microsoft.Extensions.Hosting;

namespace Anywise.EfCore.Tests.Support;

/// <summary>A host that the test stops.</summary>
internal sealed class StoppingHost : IHostApplicationLifetime
{
    private readonly CancellationTokenSource _stopping = new();

    public CancellationToken ApplicationStarted => CancellationToken.None;

    public CancellationToken ApplicationStopping => _stopping.Token;

    public CancellationToken ApplicationStopped => CancellationToken.None;

    public void StopApplication() => _stopping.Cancel();
}
