using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Registration;

/// <summary>Tells the container itself from a scope of it. A singleton, since those are given the container.</summary>
internal sealed class RootServices(IServiceProvider root)
{
    public bool IsRoot(IServiceProvider services) => ReferenceEquals(services.GetRequiredService<IServiceProvider>(), root);
}
