using Anywise.Generators.CodeFixes;
using Anywise.Generators.Registration;
using Anywise.Generators.Tests.Support;
using Microsoft.CodeAnalysis.CSharp;

namespace Anywise.Generators.Tests.Registration;

/// <summary>ANY008 and ANY009: no handler is missing in silence.</summary>
public sealed class AHandlerOutsideTheList
{
    private const string Placed = "public sealed record Placed : IEvent;\n";
    private const string Handler = " : IEventHandler<Placed> { public ValueTask HandleAsync(Placed placed, CancellationToken cancellationToken) => default; }\n";

    private static readonly Rule NotInList = new("ANY008", new HandlerListAnalyzer(), new AccessFix());
    private static readonly Rule MadeByGenerator = new("ANY009", new HandlerListAnalyzer());

    [TestCase("public class Outer { private sealed class [|Hidden|]" + Handler + "}")]
    [TestCase("file sealed class [|Hidden|]" + Handler)]
    public async Task Because_it_cannot_be_named_is_told(string code)
    {
        var messages = await NotInList.AssertAsync(Placed + code);

        Assert.That(messages.Single(), Does.Contain("'Hidden'").And.Contain("Make them internal or public"));
    }

    [TestCase("public class Outer { internal sealed class Seen" + Handler + "}")]
    [TestCase("public class Outer { private abstract class Base" + Handler + "private sealed class Open<T>" + Handler + "}")]
    public Task That_can_be_named_or_is_never_registered_is_fine(string code) => NotInList.AssertAsync(Placed + code);

    [TestCase("public class Outer { private sealed class [|Hidden|]", "public class Outer { internal sealed class Hidden", "}")]
    [TestCase("public class Outer { sealed class [|Hidden|]", "public class Outer { internal sealed class Hidden", "}")]
    [TestCase("file sealed class [|Hidden|]", "internal sealed class Hidden", "")]
    public async Task Becomes_internal_and_can_be_named(string before, string after, string end) =>
        Assert.That(await NotInList.FixAsync(Placed + before + Handler + end, "Make it 'internal'"), Is.EqualTo(Placed + after + Handler + end));

    [Test]
    public async Task Has_no_fix_where_its_message_is_what_cannot_be_named() => Assert.That(
        await NotInList.TitlesAsync("public class Outer { private sealed record Sent : IEvent; internal sealed class [|Hidden|] : IEventHandler<Sent> { ValueTask IEventHandler<Sent>.HandleAsync(Sent sent, CancellationToken token) => default; } }"),
        Is.Empty);

    [TestCase("public class Outer { private sealed record Sent : IEvent; private sealed class [|Hidden|] : IEventHandler<Sent> {0} }")]
    [TestCase("file sealed record Sent : IEvent; file sealed class [|Hidden|] : IEventHandler<Sent> {0}")]
    [TestCase("public class Outer { private sealed class Found; private sealed record Sent : IQuery<Found[]>; private sealed class [|Hidden|] : IQueryHandler<Sent, Found[]> { public ValueTask<Found[]> HandleAsync(Sent sent, CancellationToken token) => new([]); } }")]
    [TestCase("public class Outer { private class Inner { internal sealed record Sent : IEvent; internal sealed class [|Hidden|] : IEventHandler<Sent> {0} } }")]
    [TestCase("public sealed record Sent : IEvent; public class Outer { private abstract class Base; private sealed class [|Hidden|] : Base, IEventHandler<Sent> {0} }")]
    [TestCase("public sealed record Sent : IEvent; public class Outer { private class Inner { private sealed class [|Hidden|] : IEventHandler<Sent> {0} } }")]
    public async Task Has_no_fix_where_internal_would_not_be_enough(string code) => Assert.That(
        await NotInList.TitlesAsync(code.Replace("{0}", "{ public ValueTask HandleAsync(Sent sent, CancellationToken token) => default; }")),
        Is.Empty);

    [Test]
    public async Task Becomes_internal_with_the_message_that_is_inside_of_it()
    {
        const string code = "public class Outer {{ {0} : IEventHandler<Hidden.Sent> {{ public sealed record Sent : IEvent; public ValueTask HandleAsync(Sent sent, CancellationToken token) => default; }} }}";

        Assert.That(
            await NotInList.FixAsync(string.Format(null, code, "private sealed class [|Hidden|]"), "Make it 'internal'"),
            Is.EqualTo(string.Format(null, code, "internal sealed class Hidden")));
    }

    [TestCase("true", Microsoft.CodeAnalysis.DiagnosticSeverity.Warning)]
    [TestCase("false", Microsoft.CodeAnalysis.DiagnosticSeverity.Info)]
    public async Task Is_a_warning_where_code_is_compiled_ahead_of_time(string isAot, Microsoft.CodeAnalysis.DiagnosticSeverity severity)
    {
        var marked = new MarkedCode(Placed + "public class Outer { private sealed class [|Hidden|]" + Handler + "}");
        var compilation = Code.Compile(marked.Text);
        compilation = compilation.WithOptions(compilation.Options.WithGeneralDiagnosticOption(Microsoft.CodeAnalysis.ReportDiagnostic.Default));

        var found = await NotInList.FindAsync(compilation, ("build_property.EnableAotAnalyzer", isAot));

        Assert.That(found.Single().Severity, Is.EqualTo(severity));
    }

    [Test]
    public async Task Because_another_generator_wrote_it_is_warned_about()
    {
        var code = new MarkedCode(Placed + "public sealed class Mine" + Handler);
        var generated = Generation.Generate(Code.Compile(code.Text));

        await MadeByGenerator.AssertAsync(generated, code);
        var messages = await MadeByGenerator.FindAsync(generated.AddSyntaxTrees(CSharpSyntaxTree.ParseText("// <auto-generated/>\npublic sealed class Theirs" + Handler, Code.Language, "Theirs.g.cs")));

        Assert.That(messages.Single().GetMessage(), Does.Contain("'Theirs' comes from another generator").And.Contain("'AddHandler<Theirs>()'"));
    }

    [Test]
    public async Task Is_none_where_there_is_no_list_because_the_assembly_is_searched()
    {
        var compilation = Code.Compile(Placed).AddSyntaxTrees(CSharpSyntaxTree.ParseText("public sealed class Theirs" + Handler, Code.Language, "Theirs.g.cs"));

        Assert.That(await MadeByGenerator.FindAsync(compilation), Is.Empty);
    }
}
