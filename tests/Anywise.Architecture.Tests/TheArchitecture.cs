using System.Reflection;
using System.Xml.Linq;
using Anywise.Domain;
using Anywise.EfCore;
using Anywise.EfCore.Inspection;

namespace Anywise.Architecture.Tests;

public sealed class TheArchitecture
{
    private static readonly Assembly DomainAssembly = typeof(AggregateRoot).Assembly;
    private static readonly Assembly EngineAssembly = typeof(AnywiseBuilder).Assembly;

    [Test]
    public void Lets_the_domain_depend_on_nothing_but_the_base_class_library()
    {
        Assert.That(DomainAssembly.GetReferencedAssemblies().Select(assembly => assembly.Name), Has.All.StartsWith("System."));
        Assert.That(XDocument.Parse(Repository.Read("src/Anywise.Domain/Anywise.Domain.csproj")).Descendants("PackageReference"), Is.Empty);
    }

    [Test]
    public void Keeps_EF_Core_out_of_the_dispatching() => Assert.That(Mentions("Dispatching", "EntityFrameworkCore"), Is.Empty);

    [Test]
    public void Keeps_the_container_out_of_the_state_machines()
    {
        var stateMachines = new[] { "Collecting/ContextEventSink.cs", "Committing/CommitLog.cs", "Collecting/SavedEvents.cs" };

        Assert.That(stateMachines.Where(file => Repository.Read($"src/Anywise.EfCore/{file}").Contains("DependencyInjection", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Seals_every_class_that_is_not_made_to_be_inherited()
    {
        var open = EngineAssembly.GetTypes()
            .Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false } && type.Namespace?.StartsWith("Anywise", StringComparison.Ordinal) == true);

        Assert.That(open, Is.Empty);
    }

    [Test]
    public void Shows_only_what_users_type()
    {
        var engine = EngineAssembly.GetExportedTypes().Select(type => type.Name);

        Assert.That(engine, Is.EquivalentTo(new[] { nameof(AnywiseBuilder), nameof(AnywiseUnitOfWorkExtensions), "AnywiseDbContextOptionsBuilderExtensions", "AnywiseServiceCollectionExtensions",
            "AnywiseHostExtensions", "AnywiseModelBuilderExtensions", "AnywiseDbContextExtensions", "AnywiseHealthChecksBuilderExtensions", "IUnitOfWork`1", nameof(IAnywiseInspector), nameof(MessageDescription), nameof(MessageKind),
            nameof(AnywiseEventsBuilder), nameof(OutboxOptions), nameof(OutboxDelivery), "IOutbox`1", nameof(OutboxCounts), nameof(DeadHandler) }));
        Assert.That(DomainAssembly.GetExportedTypes(), Has.Length.LessThanOrEqualTo(33));
    }

    private static IEnumerable<string> Mentions(string folder, string word) =>
        Repository.SourceFiles($"src/Anywise.EfCore/{folder}").Where(file => Repository.Read(file).Contains(word, StringComparison.Ordinal));
}
