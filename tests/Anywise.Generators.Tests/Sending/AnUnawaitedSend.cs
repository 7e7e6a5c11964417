using Anywise.Generators.CodeFixes;
using Anywise.Generators.Sending;
using Anywise.Generators.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Anywise.Generators.Tests.Sending;

/// <summary>ANY007: who sends or publishes waits until it is done.</summary>
public sealed class AnUnawaitedSend
{
    private static readonly Rule Rule = new("ANY007", new UnawaitedSendAnalyzer(), new AwaitFix());

    private static readonly Rule InAProgram = new("ANY007", new UnawaitedSendAnalyzer(), new AwaitFix()) { Output = OutputKind.ConsoleApplication };

    [TestCase("public void Run() { [|dispatcher.SendAsync(new Place())|]; }")]
    [TestCase("public void Run() => [|dispatcher.SendAsync(new Place())|];")]
    [TestCase("public async Task RunAsync() { [|dispatcher.PublishAsync(new Placed())|]; await Task.Yield(); }")]
    [TestCase("public void Run() { _ = [|dispatcher.SendAsync(new Find())|]; }")]
    [TestCase("public void Run() { _ = [|dispatcher.SendAsync(new Find())|].AsTask(); }")]
    [TestCase("public void Run() { [|dispatcher.SendAsync(new Place())|].ConfigureAwait(false); }")]
    [TestCase("public void Run() { dispatcher?[|.SendAsync(new Place())|]; }")]
    [TestCase("public Action Run => () => [|dispatcher.SendAsync(new Place())|];")]
    [TestCase("public void Run() { var sending = [|dispatcher.SendAsync(new Place())|]; }")]
    [TestCase("public void Run() { Task sending = [|dispatcher.SendAsync(new Find())|].AsTask(), other = Task.CompletedTask; other.Wait(); }")]
    [TestCase("public void Run() { ValueTask sending; sending = [|dispatcher.SendAsync(new Place())|]; sending = [|dispatcher.SendAsync(new Place())|]; }")]
    [TestCase("public void Run() { var sending = dispatcher?[|.SendAsync(new Place())|]; }")]
    [TestCase("public void Run(Lazy<IDispatcher>? lazy) { lazy?.Value?[|.SendAsync(new Place())|].AsTask(); }")]
    [TestCase("public void Run() { var sending = [|dispatcher.SendAsync(new Find())|]; _ = sending; }")]
    [TestCase("public void Run() { var sending = [|dispatcher.SendAsync(new Place())|]; sending.ConfigureAwait(false); }")]
    [TestCase("public Action Run => () => { var sending = [|dispatcher.SendAsync(new Place())|]; };")]
    [TestCase("public async void Run() { await [|dispatcher.SendAsync(new Place())|]; }")]
    [TestCase("public Action Run => async () => await [|dispatcher.SendAsync(new Place())|];")]
    [TestCase("public void Run() { Local(); async void Local() => await [|dispatcher.SendAsync(new Place())|]; }")]
    public Task Is_warned_about(string method) => Rule.AssertAsync(Class(method));

    [TestCase("public async Task RunAsync() { await dispatcher.SendAsync(new Place()); var found = await dispatcher.SendAsync(new Find()); _ = found; }")]
    [TestCase("public ValueTask RunAsync() => dispatcher.SendAsync(new Place());")]
    [TestCase("public Task<int> RunAsync() { var sending = dispatcher.SendAsync(new Find()).AsTask(); return sending; }")]
    [TestCase("public Func<Task> Run => async () => await dispatcher.SendAsync(new Place());")]
    [TestCase("public async void OnClick(object? sender, EventArgs e) { await dispatcher.SendAsync(new Place()); }")]
    [TestCase("public async void Other() { await Task.Yield(); }")]
    [TestCase("public void Other(Mailer mailer) { mailer.SendAsync(1); }")]
    public Task Is_one_of_the_dispatcher_that_nobody_waits_for(string method) => Rule.AssertAsync(Class(method));

    [TestCase("public async Task RunAsync() { var sending = dispatcher.SendAsync(new Place()); await Task.Yield(); await sending; }")]
    [TestCase("public async Task RunAsync() { var sending = dispatcher.SendAsync(new Place()); await sending.ConfigureAwait(false); }")]
    [TestCase("public ValueTask RunAsync() { ValueTask sending; sending = dispatcher.SendAsync(new Place()); return sending; }")]
    [TestCase("public async Task RunAsync() { var sending = dispatcher.SendAsync(new Place()).AsTask(); await Task.WhenAll(sending, Task.Delay(1)); }")]
    [TestCase("public Task RunAsync() { var sending = dispatcher.SendAsync(new Find()).AsTask(); return Task.WhenAll([sending]); }")]
    [TestCase("public Func<Task> Run() { var sending = dispatcher.SendAsync(new Place()).AsTask(); return async () => await sending; }")]
    [TestCase("public Task RunAsync() { var sending = dispatcher.SendAsync(new Place()).AsTask(); return Local(); Task Local() => sending; }")]
    [TestCase("public void Run(List<Task> running) { var sending = dispatcher.SendAsync(new Place()).AsTask(); running.Add(sending); }")]
    [TestCase("public Task? Last { get; set; } public void Run() { var sending = dispatcher.SendAsync(new Place()); Last = sending.AsTask(); }")]
    [TestCase("public async Task RunAsync() { Task sending; await (sending = dispatcher.SendAsync(new Place()).AsTask()); }")]
    [TestCase("public int Run() { var sending = dispatcher.SendAsync(new Find()); return sending.GetAwaiter().GetResult(); }")]
    [TestCase("public void Run() { Task? sending = dispatcher.SendAsync(new Place()).AsTask(); sending?.GetAwaiter().GetResult(); }")]
    [TestCase("public void Run() { Task? sending = dispatcher.SendAsync(new Place()).AsTask(); sending?.ContinueWith(done => Console.WriteLine(done)); }")]
    [TestCase("public void Run() { dispatcher.SendAsync(new Place()).AsTask()?.GetAwaiter().GetResult(); }")]
    public Task Is_none_where_what_is_kept_is_used_later(string method) => Rule.AssertAsync(Class(method));

    [TestCase("public void Run() { [|dispatcher.SendAsync(new Place())|]; }", "public async Task Run() { await dispatcher.SendAsync(new Place()); }")]
    [TestCase("void Run() => [|dispatcher.SendAsync(new Place())|];", "async Task Run() => await dispatcher.SendAsync(new Place());")]
    [TestCase("public async Task RunAsync() { [|dispatcher.PublishAsync(new Placed())|]; await Task.Yield(); }", "public async Task RunAsync() { await dispatcher.PublishAsync(new Placed()); await Task.Yield(); }")]
    [TestCase("public void Run() { _ = [|dispatcher.SendAsync(new Find())|].AsTask(); }", "public async Task Run() { await dispatcher.SendAsync(new Find()).AsTask(); }")]
    [TestCase("public Func<Task> Run => async () => { [|dispatcher.SendAsync(new Place())|]; };", "public Func<Task> Run => async () => { await dispatcher.SendAsync(new Place()); };")]
    [TestCase("public void Run() { Local(); void Local() { [|dispatcher.SendAsync(new Place())|]; } }", "public void Run() { Local(); async Task Local() { await dispatcher.SendAsync(new Place()); } }")]
    [TestCase("public void Run() { var sending = [|dispatcher.SendAsync(new Place())|]; }", "public async Task Run() { await dispatcher.SendAsync(new Place()); }")]
    [TestCase("public async Task RunAsync() { Task sending = [|dispatcher.SendAsync(new Find())|].AsTask(); await Task.Yield(); }", "public async Task RunAsync() { await dispatcher.SendAsync(new Find()).AsTask(); await Task.Yield(); }")]
    [TestCase("public void Run(int i) { switch (i) { case 0: var sending = [|dispatcher.SendAsync(new Place())|]; break; } }", "public async Task Run(int i) { switch (i) { case 0: await dispatcher.SendAsync(new Place()); break; } }")]
    [TestCase("public async void Run() { var sending = [|dispatcher.SendAsync(new Place())|]; await Task.Yield(); }", "public async Task Run() { await dispatcher.SendAsync(new Place()); await Task.Yield(); }")]
    [TestCase("public void Run() { [|dispatcher.SendAsync(new Place())|]; } /// <see cref=\"Run\"/>\n public string Name() { Run(); return nameof(Run); }", "public async Task Run() { await dispatcher.SendAsync(new Place()); } /// <see cref=\"Run\"/>\n public string Name() { Run(); return nameof(Run); }")]
    public async Task Is_awaited_by_its_fix(string before, string after) => Assert.That(await Rule.FixAsync(Class(before), "Await it"), Is.EqualTo(Class(after)));

    [TestCase("public async void Run() { await [|dispatcher.SendAsync(new Place())|]; }", "public async Task Run() { await dispatcher.SendAsync(new Place()); }")]
    [TestCase("public async void Run() { var sending = [|dispatcher.SendAsync(new Place())|]; await sending; }", "public async Task Run() { var sending = dispatcher.SendAsync(new Place()); await sending; }")]
    public async Task Is_awaited_already_and_its_method_returns_a_task(string before, string after) =>
        Assert.That(await Rule.FixAsync(Class(before), "Return 'Task'"), Is.EqualTo(Class(after)));

    [TestCase("private void OnClick(object? sender, EventArgs e) { [|dispatcher.SendAsync(new Place())|]; }", "private async void OnClick(object? sender, EventArgs e) { await dispatcher.SendAsync(new Place()); }")]
    [TestCase("private void OnClick(object? sender, EventArgs e) => [|dispatcher.SendAsync(new Place())|];", "private async void OnClick(object? sender, EventArgs e) => await dispatcher.SendAsync(new Place());")]
    [TestCase("private async void OnClick(object? sender, EventArgs e) { await Task.Yield(); [|dispatcher.SendAsync(new Place())|]; }", "private async void OnClick(object? sender, EventArgs e) { await Task.Yield(); await dispatcher.SendAsync(new Place()); }")]
    public async Task Is_awaited_by_an_event_handler_that_stays_one(string before, string after)
    {
        const string wiring = "public event EventHandler? Clicked; public void Click() { Clicked += OnClick; Clicked?.Invoke(this, EventArgs.Empty); } ";

        Assert.That(await Rule.FixAsync(Class(wiring + before), "Await it"), Is.EqualTo(Class(wiring + after)));
    }

    [TestCase("public Timer New() => new(Tick, null, 0, 1000); private void Tick(object? state) { [|dispatcher.SendAsync(new Place())|]; }")]
    [TestCase("public Timer New() => new(Tick, null, 0, 1000); private async void Tick(object? state) { await [|dispatcher.SendAsync(new Place())|]; }")]
    [TestCase("public void Run() { Action local = Local; local(); void Local() => [|dispatcher.SendAsync(new Place())|]; }")]
    [TestCase("public partial class Job(IDispatcher dispatcher) { public partial void Run(); } public partial class Job { public partial void Run() { [|dispatcher.SendAsync(new Place())|]; } }")]
    [TestCase("public partial class Job(IDispatcher dispatcher) { public partial void Run(); } public partial class Job { public async partial void Run() { await [|dispatcher.SendAsync(new Place())|]; } }")]
    public async Task Has_no_fix_where_others_need_the_method_as_it_is(string method) => Assert.That(await Rule.TitlesAsync(Class(method)), Is.Empty);

    [TestCase("public void Run(int[] all) { Span<int> span = all; [|dispatcher.SendAsync(new Place())|]; span[0] = 1; }")]
    [TestCase("public async Task RunAsync(int[] all) { await Task.Yield(); Span<int> span = all; [|dispatcher.SendAsync(new Place())|]; span[0] = 1; }")]
    [TestCase("public void Run(int[] all) { foreach (var one in all.AsSpan()) { [|dispatcher.SendAsync(new Place())|]; } }")]
    [TestCase("public void Run(int[] all) { ref var first = ref all[0]; [|dispatcher.SendAsync(new Place())|]; first = 1; }")]
    [TestCase("public void OnClick(object? sender, EventArgs e) { Span<int> span = [1]; [|dispatcher.SendAsync(new Place())|]; span[0] = 1; }")]
    public async Task Has_no_fix_where_something_would_have_to_live_on_that_cannot(string method) => Assert.That(await Rule.TitlesAsync(Class(method)), Is.Empty);

    [TestCase("public Action Run => () => [|dispatcher.SendAsync(new Place())|];")]
    [TestCase("public Action Run => async () => await [|dispatcher.SendAsync(new Place())|];")]
    [TestCase("public override string ToString() { [|dispatcher.SendAsync(new Place())|]; return \"\"; }")]
    [TestCase("public int Count { get { [|dispatcher.SendAsync(new Place())|]; return 0; } }")]
    [TestCase("public void Run() { dispatcher?[|.SendAsync(new Place())|]; }")]
    public async Task Has_no_fix_where_others_would_see_it(string method) => Assert.That(await Rule.TitlesAsync(Class(method)), Is.Empty);

    [TestCase("public void Run(ref int count) { count++; [|dispatcher.SendAsync(new Place())|]; }")]
    [TestCase("public void Run(in int count) { [|dispatcher.SendAsync(new Place())|]; }")]
    [TestCase("public void Run(out int count) { count = 1; [|dispatcher.SendAsync(new Place())|]; }")]
    [TestCase("public void Run(Span<int> counts) { counts.Clear(); [|dispatcher.SendAsync(new Place())|]; }")]
    [TestCase("public void Run() { lock (this) { [|dispatcher.SendAsync(new Place())|]; } }")]
    [TestCase("public async Task RunAsync() { await Task.Yield(); lock (this) { [|dispatcher.SendAsync(new Place())|]; } }")]
    [TestCase("public sealed class Job(IDispatcher dispatcher) : IDisposable { public void Dispose() { [|dispatcher.SendAsync(new Place())|]; } }")]
    [TestCase("public interface IJob { void Run(); } public class Base(IDispatcher dispatcher) { public void Run() => [|dispatcher.SendAsync(new Place())|]; } public sealed class Job(IDispatcher dispatcher) : Base(dispatcher), IJob;")]
    [TestCase("public void Run() { var sending = [|dispatcher.SendAsync(new Find())|]; _ = sending; }")]
    [TestCase("public void Run() { ValueTask sending; sending = [|dispatcher.SendAsync(new Place())|]; }")]
    [TestCase("public void Run() { Task sending = [|dispatcher.SendAsync(new Find())|].AsTask(), other = Task.CompletedTask; other.Wait(); }")]
    [TestCase("public void Run(int i) { switch (i) { case 0: var sending = [|dispatcher.SendAsync(new Place())|]; break; default: sending = [|dispatcher.SendAsync(new Place())|]; break; } }")]
    public async Task Has_no_fix_where_it_would_not_compile(string method) => Assert.That(await Rule.TitlesAsync(Class(method)), Is.Empty);

    [Test]
    public async Task Is_awaited_inside_of_a_lambda_in_a_lock() => Assert.That(
        await Rule.FixAsync(Class("public Func<Task> Run() { lock (this) { return async () => { [|dispatcher.SendAsync(new Place())|]; }; } }"), "Await it"),
        Is.EqualTo(Class("public Func<Task> Run() { lock (this) { return async () => { await dispatcher.SendAsync(new Place()); }; } }")));

    [Test]
    public async Task Is_awaited_by_its_fix_in_the_statements_of_a_program() => Assert.That(
        await InAProgram.FixAsync(Program("var sending = [|dispatcher.SendAsync(new Place())|];"), "Await it"),
        Is.EqualTo(Program("await dispatcher.SendAsync(new Place());")));

    [TestCase("var sending = [|dispatcher.SendAsync(new Place())|]; _ = sending;")]
    [TestCase("var sending = [|dispatcher.SendAsync(new Place())|]; if (args.Length > 0) { sending = [|dispatcher.SendAsync(new Place())|]; }")]
    [TestCase("switch (args.Length) { case 0: var sending = [|dispatcher.SendAsync(new Place())|]; break; default: sending = [|dispatcher.SendAsync(new Place())|]; break; }")]
    public async Task Has_no_fix_where_another_statement_of_a_program_needs_the_local(string statements) =>
        Assert.That(await InAProgram.TitlesAsync(Program(statements)), Is.Empty);

    private static string Program(string statements) => "IDispatcher dispatcher = null!;\n" + statements + "\n" + Class("");

    private static string Class(string method) => $$"""
        public sealed record Place : ICommand;
        public sealed record Find : IQuery<int>;
        public sealed record Placed : IEvent;
        public sealed class Mailer { public ValueTask SendAsync(int mail) => new(); }
        public class Sender(IDispatcher dispatcher)
        {
            {{method}}
        }
        """.ReplaceLineEndings("\n");
}
