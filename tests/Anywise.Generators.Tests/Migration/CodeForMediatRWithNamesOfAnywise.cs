using Anywise.Generators.Tests.Support;

namespace Anywise.Generators.Tests.Migration;

/// <summary>A file in which <c>ICommand</c>, <c>IQuery</c> or <c>IEvent</c> is already something else than the type of Anywise.</summary>
public sealed class CodeForMediatRWithNamesOfAnywise
{
    private static readonly Rule Notification = CodeForMediatR.NewRule("ANY101");
    private static readonly Rule Request = CodeForMediatR.NewRule("ANY103");

    [TestCase("public interface IQuery<T> : [|IRequest<T>|];", "IQuery", "public interface IQuery<T> : Anywise.Domain.IQuery<T>;")]
    [TestCase("public interface ICommand : [|IRequest|];", "ICommand", "public interface ICommand : Anywise.Domain.ICommand;")]
    [TestCase("public interface ICommand<T>;\npublic record Ship(int Id) : [|IRequest<int>|];", "ICommand", "public interface ICommand<T>;\npublic record Ship(int Id) : Anywise.Domain.ICommand<int>;")]
    [TestCase("public interface ICommand;\npublic record Ship(int Id) : [|IRequest|], ICommand;", "ICommand", "public interface ICommand;\npublic record Ship(int Id) : Anywise.Domain.ICommand, ICommand;")]
    public async Task Gets_the_whole_name_where_the_namespace_has_the_short_one(string before, string target, string after) => Assert.That(
        await Request.FixAsync("// head\nusing MediatR;\n\nnamespace Shop;\n\n" + before + "\n", $"Make it an '{target}' of Anywise"),
        Is.EqualTo("// head\n\nnamespace Shop;\n\n" + after + "\n"));

    [Test]
    public async Task Gets_the_whole_name_of_an_event_that_is_called_like_it() => Assert.That(
        await Notification.FixAsync("using MediatR;\npublic interface IEvent : [|INotification|];\n", "Make it an 'IEvent' of Anywise"),
        Is.EqualTo("public interface IEvent : Anywise.Domain.IEvent;\n"));

    [Test]
    public async Task Gets_the_whole_name_and_no_using_where_another_using_has_the_short_one() => Assert.That(
        await Request.FixAsync(
            "using System.Windows.Input;\nusing MediatR;\npublic record Ship(int Id) : [|IRequest<int>|];\npublic class Button { public ICommand? Click { get; set; } }\n",
            "Make it an 'ICommand' of Anywise"),
        Is.EqualTo("using System.Windows.Input;\npublic record Ship(int Id) : Anywise.Domain.ICommand<int>;\npublic class Button { public ICommand? Click { get; set; } }\n"));

    [Test]
    public async Task Gets_the_whole_name_where_it_would_mean_the_type_of_another_using() => Assert.That(
        await Request.FixAsync("using System.Windows.Input;\nusing MediatR;\npublic record Ship(int Id) : [|IRequest|];\n", "Make it an 'ICommand' of Anywise"),
        Is.EqualTo("using System.Windows.Input;\npublic record Ship(int Id) : Anywise.Domain.ICommand;\n"));

    [TestCase("public interface ICommand;\npublic record Ship(int Id) : [|IRequest<int>|];", "public interface ICommand;\npublic record Ship(int Id) : ICommand<int>;")]
    [TestCase("public class Entity<T>;\npublic class Order : Entity<int>;\npublic record Ship(int Id) : [|IRequest<int>|];", "public class Entity<T>;\npublic class Order : Entity<int>;\npublic record Ship(int Id) : ICommand<int>;")]
    [TestCase("public class Button { public System.Windows.Input.ICommand? Click { get; set; } }\npublic record Ship(int Id) : [|IRequest<int>|];", "public class Button { public System.Windows.Input.ICommand? Click { get; set; } }\npublic record Ship(int Id) : ICommand<int>;")]
    public async Task Keeps_the_short_name_where_nothing_contradicts_it(string before, string after) => Assert.That(
        await Request.FixAsync("using MediatR;\nnamespace Shop;\n" + before + "\n", "Make it an 'ICommand' of Anywise"),
        Is.EqualTo("using Anywise.Domain;\nnamespace Shop;\n" + after + "\n"));

    [TestCase("public interface IAsk<out T> : [|IRequest<T>|];")]
    [TestCase("public interface IAsk<out T> : [|IRequest<IEnumerable<T>>|];")]
    public async Task Has_no_fix_where_Anywise_would_not_allow_the_variance(string code) => Assert.That(await Request.TitlesAsync("using MediatR;\n" + code), Is.Empty);
}
