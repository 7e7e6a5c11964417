using Anywise.Domain;
using Anywise.EfCore.Tests.Support;

namespace Anywise.EfCore.Tests.UnitOfWork;

public sealed record Sailed(string Where) : IDomainEvent;

public sealed record Departed(VoyageId Voyage, int Legs) : IDomainEvent;

public sealed record Noted(string Text, int Follow) : IDomainEvent;

public sealed class SeesEvents(List<IDomainEvent> seen) : IEventHandler<IDomainEvent>
{
    public ValueTask HandleAsync(IDomainEvent @event, CancellationToken cancellationToken)
    {
        seen.Add(@event);
        return default;
    }
}

public sealed class SailsOn(IUnitOfWork unitOfWork) : IEventHandler<Departed>
{
    public async ValueTask HandleAsync(Departed @event, CancellationToken cancellationToken)
    {
        if (@event.Legs > 0)
        {
            var voyage = await unitOfWork.GetRepository<Voyage, VoyageId>().GetAsync(@event.Voyage, cancellationToken);
            voyage!.Say(@event with { Legs = @event.Legs - 1 });
            await unitOfWork.CommitAsync(cancellationToken);
        }
    }
}

public sealed class TakesNote : IBeforeCommitHandler<Noted>
{
    public const string Commits = "commits";

    public async ValueTask HandleAsync(Noted @event, IUnitOfWork unitOfWork, CancellationToken cancellationToken)
    {
        unitOfWork.Add(new Note { Text = @event.Text });
        if (@event.Follow > 0)
        {
            var voyage = new Voyage("follows");
            unitOfWork.GetRepository<Voyage, VoyageId>().Add(voyage);
            voyage.Say(new Noted($"{@event.Text}, followed", @event.Follow - 1));
        }

        if (@event.Text == Commits)
        {
#pragma warning disable ANY005 // on purpose: it is refused
            await unitOfWork.CommitAsync(cancellationToken);
#pragma warning restore ANY005
        }
    }
}
