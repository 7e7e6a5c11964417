using System.Diagnostics;
using Allocation.Outside;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spectre.Console;

namespace Allocation.Demo;

/// <summary>What the demo changes of the application: a database that is gone afterwards, no log, and the outside world is only told of.</summary>
internal sealed class Stage : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("allocation-demo-");

    private Stage()
    {
    }

    public static Stage Set(WebApplicationBuilder builder)
    {
        var stage = new Stage();
        var database = Path.Combine(stage._directory.FullName, "allocation.db");
        builder.Configuration["ConnectionStrings:Allocation"] = $"Data Source={database};Pooling=False"; // a pool would keep the file open
        builder.Logging.ClearProviders();
        builder.Services.Replace(ServiceDescriptor.Singleton<INotifications, Told>());
        builder.Services.Replace(ServiceDescriptor.Singleton<IEventPublisher, Told>());
        return stage;
    }

    /// <summary>No colours in a file or pipe, where Spectre would add them on some build servers.</summary>
    public static IAnsiConsole Terminal() => Console.IsOutputRedirected
        ? AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false } })
        : AnsiConsole.Console;

    public void Dispose() => _directory.Delete(recursive: true);

    /// <summary>Notes what would go out on the activity of the handler, where the causation tree finds it.</summary>
    private sealed class Told : INotifications, IEventPublisher
    {
        public ValueTask SendAsync(Mail mail, CancellationToken cancellationToken) => Note($"mail to {mail.To}: {mail.Body}");

        public ValueTask PublishAsync<TMessage>(string channel, TMessage message, CancellationToken cancellationToken) =>
            Note($"published on '{channel}'");

        private static ValueTask Note(string text)
        {
            Activity.Current?.AddEvent(new ActivityEvent(text));
            return ValueTask.CompletedTask;
        }
    }
}
