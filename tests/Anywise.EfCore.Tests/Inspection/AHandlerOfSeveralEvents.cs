using Anywise.EfCore.Inspection;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Inspection;

/// <summary>In the picture, what a class does about one event is told apart from what it does about another.</summary>
public sealed class AHandlerOfSeveralEvents
{
    [Test]
    public void Is_in_no_loop_where_only_its_handling_of_another_event_sends() =>
        Assert.That(EdgesOf<ClosingPolicy>(), Is.EquivalentTo(new[]
        {
            "DoorOpened --> ClosingPolicy", "ClosingPolicy --> CloseDoor", "CloseDoor --> Door", "Door --> DoorShut", "DoorShut --> ClosingPolicy",
        }));

    [Test]
    public void Has_a_node_for_each_event_that_it_does_something_else_about()
    {
        var lines = PictureOf<ClosingPolicy>().Split('\n', StringSplitOptions.TrimEntries);

        Assert.That(lines.Where(line => line.Contains("""("ClosingPolicy")""")).ToList(), Has.Count.EqualTo(2));
    }

    [TestCase(typeof(ByOverride), "ByOverride")]
    [TestCase(typeof(ByPrivateMethod), "ByPrivateMethod")]
    [TestCase(typeof(ByLambda), "ByLambda")]
    [TestCase(typeof(ByIterator), "ByIterator")]
    [TestCase(typeof(ByLocalFunction<int>), "ByLocalFunction#lt;int#gt;")]
    public void Is_in_a_loop_wherever_inside_of_it_its_handling_sends(Type handler, string name)
    {
        var picture = (string)typeof(AHandlerOfSeveralEvents).GetMethod(nameof(PictureOf))!.MakeGenericMethod(handler).Invoke(null, null)!;

        Assert.That(DoorsIn(picture), Is.EquivalentTo(new[]
        {
            $"DoorOpened --> {name}", $"DoorShut -->|loop| {name}", $"{name} -->|loop| CloseDoor", "CloseDoor -->|loop| Door", "Door -->|loop| DoorShut",
        }));
    }

    [Test]
    public void Sends_what_is_a_value_as_well_as_what_is_an_object() =>
        Assert.That(EdgesOf<Locking>(), Has.Member("Locking --> LockDoor (nobody handles it)").And.Member("Locking --> RingBell (nobody handles it)"));

    public static string PictureOf<THandler>() where THandler : class
    {
        using var services = new ServiceCollection().AddAnywise(anywise => anywise.AddHandler<CloseDoorHandler>().AddHandler<THandler>()).BuildServiceProvider();
        return services.GetRequiredService<IAnywiseInspector>().ToMermaid();
    }

    private static IEnumerable<string> EdgesOf<THandler>() where THandler : class => DoorsIn(PictureOf<THandler>());

    private static IEnumerable<string> DoorsIn(string picture) => Picture.Edges(picture).Where(edge => edge.Contains("Door") || edge.Contains("Bell"));
}
