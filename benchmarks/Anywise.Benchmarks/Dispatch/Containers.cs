using Microsoft.Extensions.DependencyInjection;

namespace Anywise.Benchmarks.Dispatch;

/// <summary>A container for each library, with handlers of one lifetime.</summary>
internal static class Containers
{
    public static ServiceProvider Ours(ServiceLifetime lifetime)
    {
        var services = new ServiceCollection();
        foreach (var handler in new[]
                 {
                     typeof(Dispatch.Ours.Answer), typeof(Dispatch.Ours.AnswerGuarded), typeof(Dispatch.Ours.Guard), typeof(Dispatch.Ours.Listen),
                     typeof(Dispatch.Ours.First), typeof(Dispatch.Ours.Second), typeof(Dispatch.Ours.Third), typeof(Dispatch.Ours.Fourth),
                 })
        {
            ((IServiceCollection)services).Add(new ServiceDescriptor(handler, handler, lifetime));
        }

        services.AddScoped<LimitAsAService>();
        return services.AddAnywise(anywise => anywise
            .AddHandler<Dispatch.Ours.Answer>().AddHandler<Dispatch.Ours.AnswerGuarded>().AddHandler<Dispatch.Ours.Listen>()
            .AddHandler<Dispatch.Ours.First>().AddHandler<Dispatch.Ours.Second>().AddHandler<Dispatch.Ours.Third>().AddHandler<Dispatch.Ours.Fourth>()
            .AddBehavior<Dispatch.Ours.Guard, Dispatch.Ours.AskGuarded, int>()).BuildServiceProvider();
    }

    /// <summary>Its lifetime is fixed when it is compiled: see the options in the project file of the benchmarks.</summary>
    public static ServiceProvider Mediator()
    {
        var services = new ServiceCollection();
        services.AddMediator(options => options.ServiceLifetime = ServiceLifetime.Scoped);
        return services.AddScoped<global::Mediator.IPipelineBehavior<Theirs.AskGuarded, int>, Theirs.Guard>().BuildServiceProvider();
    }

    public static ServiceProvider MediatR()
    {
        var services = new ServiceCollection();
        services.AddScoped<MediatR.ServiceFactory>(scope => scope.GetService!);
        services.AddScoped<MediatR.IMediator, MediatR.Mediator>();
        services.AddScoped<MediatR.IRequestHandler<Older.Ask, int>, Older.Answer>();
        services.AddScoped<MediatR.IRequestHandler<Older.AskGuarded, int>, Older.AnswerGuarded>();
        services.AddScoped<MediatR.IPipelineBehavior<Older.AskGuarded, int>, Older.Guard>();
        services.AddScoped<MediatR.INotificationHandler<Older.ToldOne>, Older.Listen>();
        services.AddScoped<MediatR.INotificationHandler<Older.ToldFour>, Older.First>();
        services.AddScoped<MediatR.INotificationHandler<Older.ToldFour>, Older.Second>();
        services.AddScoped<MediatR.INotificationHandler<Older.ToldFour>, Older.Third>();
        services.AddScoped<MediatR.INotificationHandler<Older.ToldFour>, Older.Fourth>();
        return services.BuildServiceProvider();
    }
}
