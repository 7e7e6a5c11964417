using Anywise.Domain;
using Anywise.EfCore.Inspection;
using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Inspection;

/// <summary>Its messages and handlers have the same short names in each slice, so only the slice tells them apart.</summary>
public sealed class AnApplicationOfSlices : ShopTest
{
    private IAnywiseInspector Inspector => Services.GetRequiredService<IAnywiseInspector>();

    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    protected override void AddHandlers(AnywiseBuilder anywise) =>
        anywise.AddHandler<OpenTab.Handler>().AddHandler<OpenTab.Welcome>().AddHandler<OnChanged<int>>().AddBehavior(typeof(Timing<,>));

    [TestCase(typeof(OpenTab), "OpenTab")]
    [TestCase(typeof(int), "Int32")]
    [TestCase(typeof(OpenTab.Command), "OpenTab.Command")]
    [TestCase(typeof(Changed<int>), "Changed<int>")]
    [TestCase(typeof(Changed<Changed<OpenTab.Command[]>>), "Changed<Changed<OpenTab.Command[]>>")]
    [TestCase(typeof(Changed<int[][,]>), "Changed<int[][,]>")]
    [TestCase(typeof(CloseTab.Result<string>), "CloseTab.Result<string>")]
    [TestCase(typeof(CloseTab.Result<string>.Part<Guid>), "CloseTab.Result<string>.Part<Guid>")]
    [TestCase(typeof(CloseTab.Result<string>.End), "CloseTab.Result<string>.End")]
    [TestCase(typeof(Timing<OpenTab.Command, Unit>), "Timing<OpenTab.Command, Unit>")]
    [TestCase(typeof(Timing<,>), "Timing<TMessage, TResult>")]
    public void Names_types_as_they_are_written_in_code(Type type, string name)
    {
        var told = type.ReadableName();

        Assert.That(told, Is.EqualTo(name));
        Assert.That(type.ReadableName(), Is.SameAs(told), "who names a type for each message does not make the name for each");
    }

    [Test]
    public void Is_described_with_the_names_of_its_slices()
    {
        Assert.That(Inspector.ToText(), Does.Contain(
            "Command OpenTab.Command\n    around it: Timing<OpenTab.Command, Unit>\n    handled by: OpenTab.Handler\n"));
        Assert.That(Inspector.ToText(), Does.Contain("    after the commit: OnChanged<int>"));
        Assert.That(
            Inspector.Explain(typeof(OpenTab.Handler), typeof(CloseTab.Command)),
            Is.EqualTo("'OpenTab.Handler' does not handle 'CloseTab.Command': it handles 'OpenTab.Command'. Implement 'ICommandHandler<CloseTab.Command>', too."));
    }

    [Test]
    public void Is_drawn_with_the_names_of_its_slices()
    {
        var picture = Inspector.ToMermaid();

        Assert.That(Picture.Edges(picture), Has.Member("OpenTab.Command --> OpenTab.Opened").And.Member("OpenTab.Opened --> OpenTab.Welcome"));
        Assert.That(picture, Does.Contain("""(["Changed#lt;int#gt;"]):::event"""), "a browser would take the brackets for a tag of HTML");
    }

    [Test]
    public void Is_told_in_which_slice_a_handler_is_missing() =>
        Assert.That(
            async () => await NewDispatcher().SendAsync(new CloseTab.Command()),
            Throws.InvalidOperationException.With.Message.StartsWith(
                "'CloseTab.Command' was sent, but has no handler. Write a class that implements 'ICommandHandler<CloseTab.Command>', "));

    [Test]
    public async Task Is_traced_counted_and_logged_by_slices()
    {
        using var trace = new TraceReading();
        using var failures = new CounterReading("anywise.handler.failures");

        await NewDispatcher().SendAsync(new OpenTab.Command());

        const string Send = "send OpenTab.Command", Deliver = $"{Send} > deliver OpenTab.Opened";
        Assert.That(trace.Stopped, Is.EqualTo(new[] { $"{Deliver} > handle OpenTab.Welcome failed", $"{Deliver} > handle SeeingHandler", Deliver, Send }));
        Assert.That(failures.Counted, Is.EqualTo(new[] { "1 anywise.event=OpenTab.Opened anywise.handler=OpenTab.Welcome" }));
        Assert.That(LogEntries.Entries.Single().Text, Does.StartWith("'OpenTab.Welcome' failed to handle 'OpenTab.Opened' "));
    }
}
