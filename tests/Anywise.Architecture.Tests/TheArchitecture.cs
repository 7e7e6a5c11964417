using System.Reflection;
using System.Xml.Linq;
using Anywise.Domain;
using Anywise.EfCore;
using Anywise.EfCore.Inspection;
using Anywise.Testing;

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

    [Test]
    public void Gives_testers_four_types_and_no_test_framework()
    {
        var kit = typeof(FakeUnitOfWork).Assembly;

        Assert.That(kit.GetExportedTypes().Select(type => type.Name), Is.EquivalentTo(new[] { "FakeUnitOfWork", "FakeUnitOfWork`1", "InMemoryRepository`2", "RecordingDispatcher" }));
        Assert.That(kit.GetReferencedAssemblies().Select(assembly => assembly.Name), Has.All.Match("^(System|Anywise|Microsoft\\.EntityFrameworkCore)"));
    }

    [TestCase("Payments")]
    [TestCase("Orders")]
    public void Lets_a_slice_know_no_other_slice(string slice)
    {
        var references = XDocument.Parse(Repository.Read($"samples/Slices/{slice}/Slices.{slice}.csproj")).Descendants("ProjectReference")
            .Select(reference => (string)reference.Attribute("Include")!);

        Assert.That(references, Is.EquivalentTo(new[] { "../Contracts/Slices.Contracts.csproj", "../../../src/Anywise.EfCore/Anywise.EfCore.csproj" }));
        Assert.That(Repository.SourceFiles("samples/Slices/Contracts"), Is.EqualTo(new[] { "samples/Slices/Contracts/PaymentCreated.cs" }), "they share an event, and nothing else");
    }

    private static IEnumerable<string> Mentions(string folder, string word) =>
        Repository.SourceFiles($"src/Anywise.EfCore/{folder}").Where(file => Repository.Read(file).Contains(word, StringComparison.Ordinal));
}
